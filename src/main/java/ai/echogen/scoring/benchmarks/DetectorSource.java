package ai.echogen.scoring.benchmarks;

import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.image.Fit;
import ai.echogen.scoring.judges.ShapeDetector;
import ai.echogen.scoring.judges.Vocabulary;
import ai.echogen.scoring.judges.file.JudgeFile;
import ai.echogen.scoring.judges.file.JudgePool;
import ai.echogen.scoring.metrics.Detection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What sees the objects of a picture, as the driver names it and executors open it. */
public sealed interface DetectorSource extends Serializable {
  /**
   * The objects in a case's picture.
   *
   * @param picture null where there is none, in which nothing is seen
   */
  List<Detection> detect(String id, @Nullable BufferedImage picture) throws IOException;

  /** Its rules and files. */
  SortedMap<String, String> describe();

  /** What it knows, as far as it says. */
  Vocabulary vocabulary();

  /** What it is called in messages: its file, if it is one. */
  String place();

  /** The exact detector of shape scenes. */
  record Shapes(ShapeFamily family) implements DetectorSource {
    @Override
    public List<Detection> detect(String id, @Nullable BufferedImage picture) {
      return picture == null ? List.of() : new ShapeDetector(family).detect(picture);
    }

    @Override
    public SortedMap<String, String> describe() {
      return new ShapeDetector(family).describe();
    }

    @Override
    public Vocabulary vocabulary() {
      return new ShapeDetector(family).vocabulary();
    }

    @Override
    public String place() {
      return "the detector of shapes";
    }
  }

  /** A detector from files. */
  record OfFile(JudgeFile file) implements DetectorSource {
    @Override
    public List<Detection> detect(String id, @Nullable BufferedImage picture) throws IOException {
      if (picture == null) {
        return List.of();
      }
      try (var lease = JudgePool.leaseDetector(file)) {
        return lease.value().detect(picture);
      }
    }

    @Override
    public SortedMap<String, String> describe() {
      return file.settings();
    }

    @Override
    public Vocabulary vocabulary() {
      return file.vocabulary();
    }

    @Override
    public String place() {
      return file.description().toString();
    }
  }

  /**
   * Detections that somebody else has made; the pictures are not looked at.
   *
   * @param byId the surest first
   * @param about which file, and its digest
   */
  record Known(Map<String, List<Detection>> byId, SortedMap<String, String> about)
      implements DetectorSource {
    public Known {
      byId = Map.copyOf(byId);
      about = Collections.unmodifiableSortedMap(new TreeMap<>(about));
    }

    @Override
    public List<Detection> detect(String id, @Nullable BufferedImage picture) {
      return byId.getOrDefault(id, List.of());
    }

    @Override
    public SortedMap<String, String> describe() {
      return about;
    }

    @Override
    public Vocabulary vocabulary() {
      return Vocabulary.UNKNOWN;
    }

    @Override
    public String place() {
      return "the given detections";
    }
  }

  /**
   * How a picture comes before a judge.
   *
   * @param side of the square that it is scaled to, in pixels; 0: as it is
   */
  static @Nullable BufferedImage sized(@Nullable BufferedImage picture, int side) {
    return picture == null || side == 0 ? picture : Fit.SQUASH.image(picture, side);
  }

  /** Rules, and those of a judge after {@code judge.}. */
  static SortedMap<String, String> rules(SortedMap<String, String> judge, int side) {
    var rules = new TreeMap<String, String>();
    judge.forEach((key, value) -> rules.put("judge." + key, value));
    rules.put("picture", side == 0 ? "as it is" : "scaled to %1$s × %1$s".formatted(side));
    return rules;
  }
}
