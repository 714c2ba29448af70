package ai.echogen.serve;

import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Locale;

/** A request that is answered with a status and with what is wrong with it. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient List<String> problems;

  Refused(int status, List<String> problems) {
    super(String.join("\n", problems), null, false, false); // an answer: no stack trace
    this.status = status;
    this.problems = List.copyOf(problems);
  }

  Refused(int status, String problem) {
    this(status, List.of(problem));
  }

  /** A body that is longer than it may be. */
  static Refused tooLarge(long most) {
    return new Refused(
        StatusCodes.REQUEST_ENTITY_TOO_LARGE,
        String.format(Locale.ROOT, "the request's body must have at most %,d bytes", most));
  }

  int status() {
    return status;
  }

  List<String> problems() {
    return problems;
  }
}
