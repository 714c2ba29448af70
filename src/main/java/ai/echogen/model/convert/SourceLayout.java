package ai.echogen.model.convert;

import java.util.Collection;
import java.util.Optional;

/** The two layouts in which Janus checkpoints are published. */
enum SourceLayout {
  HUGGING_FACE("Hugging Face's layout"),
  ORIGINAL("the original Janus layout");

  private final String title;

  SourceLayout(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** The layout that uses such names, if any does. */
  static Optional<SourceLayout> of(Collection<String> names) {
    if (names.stream()
        .anyMatch(name -> name.startsWith("language_model.") || name.startsWith("gen_"))) {
      return Optional.of(ORIGINAL);
    }
    return names.stream().anyMatch(name -> name.startsWith("model."))
        ? Optional.of(HUGGING_FACE)
        : Optional.empty();
  }
}
