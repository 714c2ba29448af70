package ai.echogen.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Collects what is wrong with the components of a record, for its compact constructor:
 *
 * <pre>{@code
 * new Check()
 *     .that("lr", lr > 0, "must be > 0, got " + lr)
 *     .that("steps", steps >= 1, "must be >= 1, got " + steps)
 *     .orThrow();
 * }</pre>
 *
 * <p>{@link Settings#bind} puts the file, the line and the full key before each problem.
 */
public final class Check {
  /**
   * A component by name and what it must be, as the end of a sentence that starts with the name.
   */
  record Failure(String key, String problem) {
    @Override
    public String toString() {
      return key + " " + problem;
    }
  }

  private final List<Failure> failures = new ArrayList<>();

  public Check that(String key, boolean holds, String problem) {
    if (!holds) {
      failures.add(new Failure(key, problem));
    }
    return this;
  }

  /** Throws an {@link IllegalArgumentException} that names every check that failed, if any did. */
  public void orThrow() {
    if (!failures.isEmpty()) {
      throw new Failed(failures);
    }
  }

  static final class Failed extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<Failure> failures;

    Failed(List<Failure> failures) {
      super(failures.stream().map(Failure::toString).collect(Collectors.joining("\n")));
      this.failures = List.copyOf(failures);
    }

    List<Failure> failures() {
      return failures;
    }
  }
}
