package ai.echogen.train.cycle;

import ai.echogen.layout.NamedLayout;
import java.io.IOException;
import java.util.List;

/** Prompts for each step: layouts with captions, no images. Pure: the same for the same step. */
public interface PromptStream extends AutoCloseable {
  /** The prompts of a step, those that take the places of tied ones last. */
  List<NamedLayout> at(long step, int count) throws IOException;

  @Override
  default void close() {}
}
