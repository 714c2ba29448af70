package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.Finding;
import ai.echogen.image.ImageFile;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.ModelPool;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the boxes of phrases come from that are scored. */
public sealed interface BoxSource extends Serializable {
  /**
   * What a source has for a case.
   *
   * @param boxes in the case's pixels, one for each target that is asked; null where there is none
   */
  record Given(List<@Nullable PixelBox> boxes, List<Finding> findings) {}

  /** The boxes of some cases that come together; on an executor, in a task. */
  List<Given> boxes(List<Case> cases) throws IOException;

  /**
   * What a model reads from the true pictures. It is asked for as many phrases at once as its
   * grammar has room for, and again for the others.
   *
   * @param model model directory
   * @param mode how it is run
   */
  record OfModel(Location model, RunMode mode) implements BoxSource {
    @Override
    public List<Given> boxes(List<Case> cases) throws IOException {
      var images = new ArrayList<Optional<BufferedImage>>();
      var findings = new ArrayList<List<Finding>>();
      for (var sample : cases) {
        var found = new ArrayList<Finding>();
        images.add(decoded(sample, found));
        findings.add(found);
      }
      try (var lease = ModelPool.lease(model, mode)) {
        var read = read(lease.value(), cases, images);
        var given = new ArrayList<Given>();
        for (int i = 0; i < cases.size(); i++) {
          given.add(new Given(read.get(i), findings.get(i)));
        }
        return given;
      }
    }

    private static Optional<BufferedImage> decoded(Case sample, List<Finding> findings) {
      if (sample.original() == null) {
        findings.add(Finding.dropped("no true picture", sample.id()));
        return Optional.empty();
      }
      try {
        return Optional.of(ImageFile.decode(sample.original()));
      } catch (IOException e) {
        findings.add(
            Finding.dropped(
                "picture does not decode", "%s (%s)".formatted(sample.id(), e.getMessage())));
        return Optional.empty();
      }
    }
  }

  /**
   * What is known beforehand, such as another model's answers.
   *
   * @param byId boxes in the case's pixels, one for each asked target; null where there is none
   */
  record Known(Map<String, List<@Nullable PixelBox>> byId) implements BoxSource {
    public Known {
      byId = Map.copyOf(byId);
    }

    @Override
    public List<Given> boxes(List<Case> cases) {
      var given = new ArrayList<Given>();
      for (var sample : cases) {
        var boxes = byId.get(sample.id());
        given.add(
            boxes == null
                ? new Given(
                    Collections.nCopies(sample.asked().size(), null),
                    List.of(Finding.adjusted("no prediction", sample.id())))
                : new Given(boxes, List.of()));
      }
      return given;
    }
  }

  /** A box for each phrase of each case; of cases without a picture, none. */
  static List<List<@Nullable PixelBox>> read(
      JanusModel loaded, List<Case> cases, List<Optional<BufferedImage>> images) {
    var pictures = new ArrayList<BufferedImage>();
    var layouts = new ArrayList<Layout>();
    for (int i = 0; i < cases.size(); i++) {
      if (images.get(i).isPresent()) {
        for (var phrases : questions(cases.get(i))) {
          pictures.add(images.get(i).get());
          layouts.add(phrases);
        }
      }
    }
    var answers =
        pictures.isEmpty()
            ? List.<List<Optional<Box>>>of()
            : Grounder.of(loaded).groundImages(loaded.weights().flat(), pictures, layouts);
    var read = new ArrayList<List<@Nullable PixelBox>>();
    int next = 0;
    for (int i = 0; i < cases.size(); i++) {
      var sample = cases.get(i);
      var boxes = new ArrayList<@Nullable PixelBox>();
      while (images.get(i).isPresent() && boxes.size() < sample.asked().size()) {
        for (var box : answers.get(next++)) {
          boxes.add(box.map(b -> PixelBox.of(b, sample.width(), sample.height())).orElse(null));
        }
      }
      while (boxes.size() < sample.asked().size()) {
        boxes.add(null);
      }
      read.add(boxes);
    }
    return read;
  }

  /** The phrases, as many at once as a layout may have. */
  private static List<Layout> questions(Case sample) {
    var anywhere = new Box(0, 0, 1, 1);
    var questions = new ArrayList<Layout>();
    var asked = sample.asked();
    for (int from = 0; from < asked.size(); from += Layout.MAX_REGIONS) {
      var some = asked.subList(from, Math.min(asked.size(), from + Layout.MAX_REGIONS));
      questions.add(
          new Layout(
              "", some.stream().map(t -> new Region(t.phrase(), t.phrase(), anywhere)).toList()));
    }
    return questions;
  }
}
