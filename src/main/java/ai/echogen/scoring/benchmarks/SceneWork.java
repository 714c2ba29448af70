package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.benchmarks.SceneScorer.Picked;
import ai.echogen.scoring.benchmarks.SceneScorer.Scene;
import ai.echogen.scoring.benchmarks.SceneScorer.Scored;
import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A part of the held-out scenes, given to a {@link SceneScorer}.
 *
 * @param side pixels of a picture
 * @param out the directory of the scores
 * @param shown files of drawings that are kept in any case, by id
 * @param keepsAll whether every drawing is kept
 */
public record SceneWork(
    SceneScorer scorer,
    List<Scene> scenes,
    String split,
    int side,
    Location out,
    Map<String, String> shown,
    boolean keepsAll)
    implements PartWork {
  private static final String READ_BACK = "read_back";
  private static final String UNDER_WRONG = "under_wrong_layout";
  private static final String DECODING = "decoding";
  private static final String ORIGINAL = "original";
  private static final String BY_READING = "picked";
  private static final String BY_DETECTOR = "best";
  private static final String ERROR = "squared_error";

  public SceneWork {
    scenes = List.copyOf(scenes);
    shown = Map.copyOf(shown);
  }

  @Override
  public Iterator<Judged> judge() throws IOException {
    var scored = Spliterators.spliteratorUnknownSize(scorer.call(scenes.iterator()), 0);
    return StreamSupport.stream(scored, false).map(this::kept).iterator();
  }

  private Judged kept(Scored scored) {
    try {
      var name = shown.get(scored.id());
      if (name != null) {
        out.child(name).write(scored.drawing());
      }
      var judged = judged(scored, split, side);
      if (!keepsAll) {
        return judged;
      }
      var own = CaseWork.PICTURES + "/" + FileName.of(scored.id()) + ".png";
      out.child(own).write(scored.drawing());
      return judged.withPictures(own, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All but the drawing. */
  static Judged judged(Scored scored, String split, int side) {
    var sample = Case.of(scored.id(), split, scored.id(), side, side, scored.layout(), null);
    var judged =
        Judged.of(sample)
            .withBoxes(Benchmark.READ, scored.read())
            .withBoxes(READ_BACK, scored.readBack())
            .withBoxes(UNDER_WRONG, scored.underWrongLayout())
            .withSeen(Benchmark.SEEN, scored.inDrawing())
            .withSeen(DECODING, scored.inDecoding())
            .withSeen(ORIGINAL, scored.inOriginal())
            .withVector(ERROR, scored.squaredError())
            .withVector(Benchmark.SEEN, scored.ofDrawing())
            .withVector(DECODING, scored.ofDecoding())
            .withVector(ORIGINAL, scored.ofOriginal())
            .withMisled(scored.wrongLayout());
    var picked = scored.picked();
    return picked == null
        ? judged
        : judged
            .withSeen(BY_READING, picked.byReading())
            .withSeen(BY_DETECTOR, picked.byDetector());
  }

  /** What {@link #judged} was made of, without the drawing. */
  static Scored scored(Judged judged) {
    return new Scored(
        judged.id(),
        judged.sample().wanted(),
        judged.boxes(Benchmark.READ),
        new byte[0],
        judged.boxes(READ_BACK),
        judged.seen(Benchmark.SEEN),
        picked(judged),
        judged.seen(DECODING),
        judged.seen(ORIGINAL),
        judged.vector(ERROR)[0],
        judged.vector(Benchmark.SEEN),
        judged.vector(DECODING),
        judged.vector(ORIGINAL),
        judged.misled(),
        judged.boxes(UNDER_WRONG));
  }

  private static @Nullable Picked picked(Judged judged) {
    return judged.seen().containsKey(BY_READING)
        ? new Picked(judged.seen(BY_READING), judged.seen(BY_DETECTOR))
        : null;
  }

  /** The boxes that were read back from a case's drawing. */
  public static List<ai.echogen.layout.@Nullable Box> readBack(Judged judged) {
    return judged.boxes(READ_BACK);
  }
}
