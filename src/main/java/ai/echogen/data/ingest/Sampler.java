package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.image.Fit;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import ai.echogen.storage.UnnameableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a sample of one image and its annotations; runs on executors. */
final class Sampler {
  private static final String UNLISTED = "image that no list of a split names";
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,10}");
  private static final Pattern LIKE_NUMBER = Pattern.compile("0\\d{11}"); // as one is written
  private static final int MOST_LETTERS = 100_000; // of a caption, far beyond any model's length

  private final IngestRules rules;
  private final @Nullable ImageFolder folder;
  private final @Nullable SplitLists lists;

  /**
   * @param folder of images that do not come with their annotations
   * @param lists that say the split of an image, if there are any; others are left out
   */
  Sampler(IngestRules rules, @Nullable Location folder, @Nullable SplitLists lists) {
    this.rules = rules;
    this.folder = folder == null ? null : new ImageFolder(folder);
    this.lists = lists;
  }

  /**
   * @throws IOException if storage fails; a file that is missing or damaged is a finding
   */
  FoundSample sample(SourceImage image) throws IOException {
    if (lists != null && lists.split(image).isEmpty()) {
      return new FoundSample(null, List.of(Finding.dropped(UNLISTED, image.name())));
    }
    List<Finding> findings = new ArrayList<>(image.findings());
    return new FoundSample(sample(image, findings), findings);
  }

  private @Nullable Sample sample(SourceImage image, List<Finding> findings) throws IOException {
    ImageFolder.Found file;
    ShownImage shown;
    try {
      file = file(image);
    } catch (FileNotFoundException e) {
      findings.add(Finding.dropped("image file missing", String.valueOf(e.getMessage())));
      return null;
    } catch (UnnameableException e) {
      throw e; // the file may well be there
    } catch (IllegalArgumentException e) { // such as a colon on HDFS
      findings.add(Finding.dropped("file name that Hadoop cannot open", image.name()));
      return null;
    }
    try {
      shown = ImageFile.read(file.bytes());
    } catch (IOException e) {
      findings.add(
          Finding.dropped(
              "image does not decode", "%s (%s)".formatted(image.name(), e.getMessage())));
      return null;
    }
    var frame = SourceFrame.of(image, shown, findings);
    if (frame.isEmpty()) {
      return null;
    }
    var regions = largest(image, regions(image, frame.get(), shown, findings), findings);
    if (regions.isEmpty() && rules.emptyImages() == IngestRules.EmptyImages.DROP) {
      findings.add(Finding.dropped("image without a usable box", image.name()));
      return null;
    }
    return encode(image, file, shown, new Layout(caption(image, regions, findings), regions));
  }

  private ImageFolder.Found file(SourceImage image) throws IOException {
    if (image.content().isEmpty()) {
      if (folder == null) {
        throw new FileNotFoundException(image.name() + " (give images, the folder of the files)");
      }
      return folder.read(image.fileName());
    }
    var bytes = image.content().get();
    var name = image.fileName();
    return new ImageFolder.Found(
        name.isEmpty() ? image.id() + "." + ImageFile.ending(bytes) : name, bytes);
  }

  private List<Region> regions(
      SourceImage image, SourceFrame frame, ShownImage shown, List<Finding> findings) {
    List<Region> regions = new ArrayList<>();
    for (var box : image.boxes()) {
      Supplier<String> where = () -> "%s: %s".formatted(image.name(), box);
      var mistaken = frame.mistaken(box);
      if (box.crowd()) {
        findings.add(Finding.dropped("crowd region", where.get()));
      } else if (mistaken.isPresent()) {
        findings.add(Finding.dropped(mistaken.get(), where.get()));
      } else {
        frame
            .box(box, where, rules.outside(), findings)
            .flatMap(b -> fitted(b, where, shown, findings))
            .ifPresent(b -> regions.add(new Region(box.phrase(), box.category(), b)));
      }
    }
    return regions;
  }

  /** The box relative to what is written: the image, or the square cut from it. */
  private Optional<Box> fitted(
      Box box, Supplier<String> where, ShownImage shown, List<Finding> findings) {
    if (rules.size() == null || rules.fit() == Fit.SQUASH) {
      return Optional.of(box);
    }
    var fitted = rules.fit().box(box, shown.width(), shown.height());
    if (fitted.isEmpty()) {
      findings.add(Finding.dropped("box cut off by fit=crop", where.get()));
    }
    return fitted;
  }

  private static List<Region> largest(
      SourceImage image, List<Region> regions, List<Finding> findings) {
    if (regions.size() <= Layout.MAX_REGIONS) {
      return regions;
    }
    findings.add(
        Finding.adjusted(
            String.format(
                Locale.ROOT, "more than %d boxes, the largest were kept", Layout.MAX_REGIONS),
            String.format(Locale.ROOT, "%s: %d", image.name(), regions.size())));
    var bySize =
        regions.stream()
            .sorted(Comparator.comparingDouble((Region r) -> r.box().area()).reversed())
            .limit(Layout.MAX_REGIONS)
            .toList();
    return regions.stream().filter(bySize::contains).limit(Layout.MAX_REGIONS).toList();
  }

  private static String caption(SourceImage image, List<Region> regions, List<Finding> findings) {
    var given = image.caption().orElse(null);
    if (given != null && given.length() > MOST_LETTERS) {
      findings.add(
          Finding.adjusted(
              String.format(
                  Locale.ROOT,
                  "caption of more than %d letters, its first were kept",
                  MOST_LETTERS),
              image.name()));
      boolean cutsPair = Character.isHighSurrogate(given.charAt(MOST_LETTERS - 1));
      return given.substring(0, cutsPair ? MOST_LETTERS - 1 : MOST_LETTERS);
    }
    if (given != null) {
      return given;
    }
    findings.add(Finding.adjusted("no caption, one was made from the boxes", ""));
    return CountCaption.of(regions);
  }

  private Sample encode(
      SourceImage image, ImageFolder.Found file, ShownImage shown, Layout layout) {
    var bytes = file.bytes();
    var width = shown.width();
    var height = shown.height();
    if (rules.size() != null) {
      width = rules.size();
      height = width;
      bytes = Png.encode(rules.fit().image(shown.pixels(), width));
    }
    var split = split(image, file.bytes());
    return new Sample(
        rules.source() + (rules.splitInId() ? "-" + split + "-" : "-") + sampleId(image.id()),
        bytes,
        file.name(),
        width,
        height,
        layout,
        rules.source(),
        split);
  }

  /**
   * As it was asked for, as lists or the data set have it, or by the file's bytes: a picture that
   * is there twice is not in train and in test.
   */
  private String split(SourceImage image, byte[] file) {
    if (rules.split() != null) {
      return rules.split();
    }
    if (lists != null) {
      return lists.split(image).orElseThrow();
    }
    if (image.split().isPresent()) {
      return image.split().get();
    }
    var digest = HexFormat.of().formatHex(LocalFiles.newSha256().digest(file));
    return HashSplit.of(digest, rules.testShare());
  }

  /**
   * Numbers get COCO's twelve digits, so that ids sort as numbers do. Texts that look like such a
   * number are another image's id than the number: they keep a mark.
   */
  private static String sampleId(String id) {
    if (NUMBER.matcher(id).matches()) {
      return "0".repeat(12 - id.length()) + id;
    }
    return LIKE_NUMBER.matcher(id).matches() ? "text-" + id : id;
  }
}
