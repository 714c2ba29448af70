package ai.echogen.train.rollout;

import ai.echogen.layout.NamedLayout;
import java.io.Serializable;
import java.util.List;

/**
 * Layouts to be drawn together; what is drawn depends on which are together in the last bits.
 *
 * @param stream tells apart the drawings of different steps and purposes
 */
public record Prompts(long stream, List<NamedLayout> layouts) implements Serializable {
  public Prompts {
    layouts = List.copyOf(layouts);
  }
}
