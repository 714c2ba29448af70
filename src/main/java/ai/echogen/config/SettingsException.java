package ai.echogen.config;

import java.util.List;

/** Everything that is wrong with a configuration, one line a problem, each with its origin. */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
