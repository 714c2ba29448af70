package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample of a benchmark: what a system is given, and what is true.
 *
 * @param image the picture it belongs to: a bootstrap draws the cases of one picture together
 * @param width of the picture that the targets' pixels are of
 * @param original the true picture's file; null where there is none, or none is looked at
 */
public record Case(
    String id,
    String split,
    String image,
    int width,
    int height,
    String caption,
    List<Target> targets,
    byte @Nullable [] original)
    implements Serializable {
  private static final int MOST_SIDE = 1 << 20;

  public Case {
    targets = List.copyOf(targets);
    if (width < 1 || height < 1 || width > MOST_SIDE || height > MOST_SIDE) {
      throw new IllegalArgumentException(
          "sample %s: a picture of %s × %s pixels cannot be scored".formatted(id, width, height));
    }
  }

  /** A layout without a picture, in the pixels of a square. */
  public static Case of(NamedLayout named, String split, int side) {
    return of(named.id(), split, named.id(), side, side, named.layout(), null);
  }

  /** A layout in a picture. */
  public static Case of(
      String id,
      String split,
      String image,
      int width,
      int height,
      Layout layout,
      byte @Nullable [] original) {
    var targets = layout.regions().stream().map(r -> Target.of(r, width, height)).toList();
    return new Case(id, split, image, width, height, layout.caption(), targets, original);
  }

  /** The targets that a system is asked for. */
  List<Target> asked() {
    return targets.stream().filter(Target::isAsked).toList();
  }

  /**
   * What a system is asked for: a region for each target that is asked and has a part within the
   * picture, in their order.
   */
  public Layout wanted() {
    var regions = new ArrayList<Region>();
    for (var target : asked()) {
      target
          .relative(width, height)
          .ifPresent(box -> regions.add(new Region(target.phrase(), target.category(), box)));
    }
    return new Layout(caption, regions);
  }

  /** The same as far as a model can be given it: no more regions than its grammar has. */
  Layout given() {
    return TokenShards.trim(wanted());
  }

  Case withOriginal(byte @Nullable [] file) {
    return new Case(id, split, image, width, height, caption, targets, file);
  }

  Case withTargets(List<Target> others) {
    return new Case(id, split, image, width, height, caption, others, original);
  }
}
