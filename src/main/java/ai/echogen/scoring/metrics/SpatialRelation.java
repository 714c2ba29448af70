package ai.echogen.scoring.metrics;

import java.util.List;
import java.util.Optional;

/**
 * Where one object is to be with respect to another, and how well two boxes meet it:
 * T2I-CompBench's rule (2307.06350, {@code 2D_spatial_eval.py}), over boxes of any detector.
 */
public enum SpatialRelation {
  NEXT_TO("on side of", "next to", "near"),
  LEFT_OF("on the left of"),
  RIGHT_OF("on the right of"),
  BELOW("on the bottom of"),
  /** The script knows {@code on top of}, but gives it nothing; its prompts say the other. */
  ABOVE("on the top of", "on top of");

  private static final double FREE_OVERLAP = 0.1; // IoU that costs nothing

  private final List<String> words;

  SpatialRelation(String... words) {
    this.words = List.of(words);
  }

  /** The first relation, in the order of the script, whose words a prompt has. */
  public static Optional<SpatialRelation> in(String prompt) {
    for (var relation : values()) {
      if (relation.words.stream().anyMatch(prompt::contains)) {
        return Optional.of(relation);
      }
    }
    return Optional.empty();
  }

  /**
   * How well the first box stands to the second, in [0, 1]. A direction counts only if it is right
   * and the distance of the centres along it is the larger one; overlap above an IoU of 0.1 takes
   * away. Nearness counts in full within a distance along either axis, then falls off.
   *
   * @param near that distance, in pixels: 150 in the benchmark
   */
  public double score(PixelBox first, PixelBox second, double near) {
    double across = (second.x0() + second.x1() - first.x0() - first.x1()) / 2;
    double down = (second.y0() + second.y1() - first.y0() - first.y1()) / 2;
    return switch (this) {
      case NEXT_TO -> {
        double most = Math.max(Math.abs(across), Math.abs(down));
        boolean isNear = Math.abs(across) < near || Math.abs(down) < near;
        yield isNear ? 1 : near / most;
      }
      case LEFT_OF -> directed(across, down, first.iou(second));
      case RIGHT_OF -> directed(-across, down, first.iou(second));
      case BELOW -> directed(-down, across, first.iou(second));
      case ABOVE -> directed(down, across, first.iou(second));
    };
  }

  /**
   * @param along distance in the wanted direction
   * @param aside in the other one
   */
  private static double directed(double along, double aside, double iou) {
    if (along <= 0 || along <= Math.abs(aside)) {
      return 0;
    }
    return iou < FREE_OVERLAP ? 1 : FREE_OVERLAP / iou;
  }
}
