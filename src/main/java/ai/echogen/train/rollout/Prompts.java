package ai.echogen.train.rollout;

import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.List;

/**
 * Layouts to be drawn together; what is drawn depends on which are together in the last bits.
 *
 * @param stream tells apart the drawings of different steps and purposes
 * @param decoys phrases of other prompts, to ask for what was not drawn
 */
public record Prompts(long stream, List<NamedLayout> layouts, List<String> decoys)
    implements Serializable {
  /** Decoys of a step. */
  public static final int MOST_DECOYS = 64;

  /** The phrases of these layouts, each once, in a fixed order; the first {@code most}. */
  public static List<String> phrases(List<NamedLayout> layouts, int most) {
    return layouts.stream()
        .flatMap(named -> named.layout().regions().stream())
        .map(Region::phrase)
        .distinct()
        .sorted()
        .limit(most)
        .toList();
  }

  public Prompts {
    layouts = List.copyOf(layouts);
    decoys = List.copyOf(decoys);
  }
}
