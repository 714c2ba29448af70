package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.Finding;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.inference.Batches;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a part's cases to the system that is scored, and what it makes of them to the benchmark.
 *
 * @param source of the cases
 * @param pictures for benchmarks that need them
 * @param boxes for benchmarks that need them
 * @param batch cases that are given to the system together
 * @param keep the directory that pictures are kept below; null: none are
 */
public record CaseWork(
    Benchmark benchmark,
    CaseSource source,
    @Nullable PictureSource pictures,
    @Nullable BoxSource boxes,
    int batch,
    @Nullable Location keep)
    implements PartWork {
  /** The folder of drawings that are kept. */
  public static final String PICTURES = "pictures";

  static final String NO_REGION = "no region to ask for";
  static final String FILTERED = "kept from the benchmark by its filter";

  /** The case as the system is asked for it; nothing if it is not of the benchmark. */
  static Optional<Case> accepted(Benchmark benchmark, Case sample) {
    return sample.asked().isEmpty() ? Optional.empty() : benchmark.accept(sample);
  }

  @Override
  public Iterator<Judged> judge() throws IOException {
    return new Batches<>(source.read().iterator(), batch, this::judge);
  }

  private List<Judged> judge(List<Case> all) {
    var judged = new ArrayList<Judged>();
    var cases = new ArrayList<Case>();
    for (var sample : all) {
      var accepted = accepted(benchmark, sample);
      var why = sample.asked().isEmpty() ? NO_REGION : FILTERED;
      accepted.ifPresentOrElse(
          cases::add,
          () ->
              judged.add(
                  Judged.of(sample).withFindings(List.of(Finding.dropped(why, sample.id())))));
    }
    try {
      if (!cases.isEmpty()) {
        judged.addAll(benchmark.need() == Benchmark.Need.PICTURE ? pictured(cases) : read(cases));
      }
      return judged;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Judged> pictured(List<Case> cases) throws IOException {
    if (pictures == null) {
      throw new IllegalStateException("no pictures for a benchmark that needs them");
    }
    var given = pictures.pictures(cases);
    var all = new ArrayList<Judged>();
    var usable = new ArrayList<Benchmark.Given>();
    for (int i = 0; i < cases.size(); i++) {
      var sample = cases.get(i);
      var judged = Judged.of(sample).withFindings(given.get(i).findings());
      if (pictures instanceof PictureSource.OfModel) {
        judged = judged.withFindings(trimmed(sample));
      }
      if (judged.isLeftOut()) {
        all.add(judged);
      } else {
        usable.add(new Benchmark.Given(judged, given.get(i).image(), sample));
      }
    }
    var judged = benchmark.judge(usable);
    for (int i = 0; i < usable.size(); i++) {
      var image = usable.get(i).picture();
      var name = image == null ? null : kept(usable.get(i).sample(), image);
      all.add(judged.get(i).withPictures(name, null));
    }
    return all;
  }

  private static List<Finding> trimmed(Case sample) {
    int more = sample.wanted().regions().size() - Layout.MAX_REGIONS;
    return more <= 0
        ? List.of()
        : List.of(
            Finding.adjusted(
                String.format(
                    Locale.ROOT,
                    "more than %d regions, the largest were drawn and all are scored",
                    Layout.MAX_REGIONS),
                sample.id()));
  }

  private List<Judged> read(List<Case> cases) throws IOException {
    if (boxes == null) {
      throw new IllegalStateException("no boxes for a benchmark that needs them");
    }
    var given = boxes.boxes(cases);
    var all = new ArrayList<Judged>();
    for (int i = 0; i < cases.size(); i++) {
      var sample = cases.get(i);
      var judged = withRead(Judged.of(sample), given.get(i).boxes());
      judged = judged.withFindings(given.get(i).findings());
      if (!judged.isLeftOut()) {
        judged =
            benchmark
                .judge(new Benchmark.Given(judged, null, sample))
                .withPictures(null, keptOriginal(sample));
      }
      all.add(judged);
    }
    return all;
  }

  /**
   * Notes what was read: as boxes of the picture where they are such, and number by number, since
   * those of another model need not be.
   */
  static Judged withRead(Judged judged, List<@Nullable PixelBox> read) {
    var sample = judged.sample();
    var relative = new ArrayList<@Nullable Box>();
    var there = new double[read.size()];
    var numbers = new double[4 * read.size()];
    for (int i = 0; i < read.size(); i++) {
      var box = read.get(i);
      if (box == null) {
        relative.add(null);
        continue;
      }
      there[i] = 1;
      numbers[4 * i] = box.x0();
      numbers[4 * i + 1] = box.y0();
      numbers[4 * i + 2] = box.x1();
      numbers[4 * i + 3] = box.y1();
      relative.add(Target.relative(box, sample.width(), sample.height()).orElse(null));
    }
    return judged
        .withBoxes(Benchmark.READ, relative)
        .withVector("there", there)
        .withVector("pixels", numbers);
  }

  /** What {@link #withRead} noted: a box for each asked target, null where there is none. */
  static List<@Nullable PixelBox> readPixels(Judged judged) {
    var there = judged.vector("there");
    var numbers = judged.vector("pixels");
    var boxes = new ArrayList<@Nullable PixelBox>();
    for (int i = 0; i < there.length; i++) {
      boxes.add(
          there[i] == 0
              ? null
              : new PixelBox(
                  numbers[4 * i], numbers[4 * i + 1], numbers[4 * i + 2], numbers[4 * i + 3]));
    }
    return boxes;
  }

  private @Nullable String kept(Case sample, BufferedImage image) throws IOException {
    if (keep == null) {
      return null;
    }
    var name = PICTURES + "/" + FileName.of(sample.id()) + ".png";
    keep.child(name).write(Png.encode(image));
    return name;
  }

  private @Nullable String keptOriginal(Case sample) throws IOException {
    if (keep == null || sample.original() == null) {
      return null;
    }
    var name =
        PICTURES + "/" + FileName.of(sample.id()) + "." + ImageFile.ending(sample.original());
    keep.child(name).write(sample.original());
    return name;
  }
}
