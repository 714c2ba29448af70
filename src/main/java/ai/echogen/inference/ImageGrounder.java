package ai.echogen.inference;

import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.image.Fit;
import ai.echogen.image.ImageFile;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a box for each phrase from images, as a Spark map.
 *
 * @param model model directory
 * @param mode how it is run
 * @param progress counts images
 */
public record ImageGrounder(Location model, RunMode mode, int batch, LongAccumulator progress)
    implements FlatMapFunction<Iterator<ImageGrounder.Asked>, ImageGrounder.Answer> {

  /**
   * An image with its phrases.
   *
   * @param image its file's bytes; null if there are none
   * @param name what to call it in messages
   * @param layout only its caption, phrases and categories are looked at
   * @param problem why there are no bytes; null if there is no such file
   */
  public record Asked(
      String id, byte @Nullable [] image, String name, Layout layout, @Nullable String problem)
      implements Serializable {}

  /**
   * What became of an image.
   *
   * @param line a line of {@link LayoutLines}, or empty if the image could not be used
   * @param findings what was wrong with it
   */
  public record Answer(String id, String line, List<Finding> findings) implements Serializable {}

  /** An image, or why there is none. */
  private record Decoded(
      Asked asked, Layout layout, Optional<BufferedImage> image, List<Finding> findings) {}

  @Override
  public Iterator<Answer> call(Iterator<Asked> images) throws IOException {
    var loaded = ModelPool.lease(model, mode).untilTaskEnds();
    return new Batches<>(images, batch, group -> ground(loaded, group));
  }

  private List<Answer> ground(JanusModel loaded, List<Asked> group) {
    var grounder = Grounder.of(loaded);
    var decoded = group.stream().map(asked -> decoded(asked, grounder.side())).toList();
    var usable = decoded.stream().filter(d -> d.image().isPresent()).toList();
    var answers = new ArrayList<Answer>();
    decoded.stream()
        .filter(d -> d.image().isEmpty())
        .forEach(d -> answers.add(new Answer(d.asked().id(), "", d.findings())));
    if (!usable.isEmpty()) {
      var boxes =
          grounder.groundImages(
              loaded.weights().flat(),
              usable.stream().flatMap(d -> d.image().stream()).toList(),
              usable.stream().map(Decoded::layout).toList());
      for (int i = 0; i < usable.size(); i++) {
        answers.add(answer(usable.get(i), boxes.get(i)));
      }
    }
    progress.add(group.size());
    return answers;
  }

  private static Answer answer(Decoded one, List<Optional<Box>> boxes) {
    var findings = new ArrayList<>(one.findings());
    for (int i = 0; i < boxes.size(); i++) {
      if (boxes.get(i).isEmpty()) {
        var phrase = one.layout().regions().get(i).phrase();
        findings.add(
            Finding.adjusted("phrase without a box", one.asked().name() + " (" + phrase + ")"));
      }
    }
    var line = LayoutLines.line(one.asked().id(), one.layout(), boxes);
    return new Answer(one.asked().id(), line, findings);
  }

  private static Decoded decoded(Asked asked, int side) {
    var layout = TokenShards.trim(asked.layout());
    var name = asked.name();
    if (asked.image() == null) {
      return unusable(
          asked,
          asked.problem() == null
              ? Finding.dropped("image file missing", name)
              : Finding.dropped(
                  "image file cannot be reached", "%s (%s)".formatted(name, asked.problem())));
    }
    try {
      var image =
          Fit.SQUASH.image(ImageFile.decode(asked.image()), side); // a batch of them is held
      boolean trimmed = layout.regions().size() < asked.layout().regions().size();
      return new Decoded(
          asked,
          layout,
          Optional.of(image),
          trimmed ? List.of(Finding.adjusted(TokenShards.TRIMMED, name)) : List.of());
    } catch (IOException e) {
      var what = "%s (%s)".formatted(name, e.getMessage());
      return unusable(asked, Finding.dropped("image does not decode", what));
    }
  }

  private static Decoded unusable(Asked asked, Finding why) {
    return new Decoded(asked, asked.layout(), Optional.empty(), List.of(why));
  }
}
