package ai.echogen.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What to tell of a failure: of its chain of causes, or of their text where Spark kept only that,
 * the innermost that we wrote, since it says what was being done and what can be done; where there
 * is none, the innermost.
 *
 * @param where stage, task and executor, where Spark names them
 * @param what the cause's type and message, and those of the innermost where they say more
 * @param frame the line of ours nearest to the cause, as {@code ai.echogen...(File.java:123)}
 */
record RootCause(Optional<String> where, String what, Optional<String> frame) {
  /** Also where another exception's message is the name of a step and Spark's exception. */
  private static final Pattern ABORTED =
      Pattern.compile(
          "(?s)(?:([^\n]*?): )??(?:[\\w.]+Exception: )?Job aborted due to stage failure: (.*)");

  /** As TaskSetManager words it. */
  private static final Pattern TASK =
      Pattern.compile(
          "(?s)Task (\\d+) in stage ([\\d.]+) failed \\d+ times, most recent failure: "
              + "Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\((\\S+) executor (\\S+)\\): (.*)");

  /** As DAGScheduler words it, which puts spaces in the place of line ends. */
  private static final Pattern STAGE =
      Pattern.compile(
          "(?s)(\\w+ \\d+ \\(.*?\\)) has failed the maximum allowable number of times: \\d+\\."
              + " Most recent failure reason: (.*)");

  private static final Pattern CAUSED_BY = Pattern.compile("[\n ]Caused by: ");
  private static final Pattern END =
      Pattern.compile("\\s+\tat |\\s+Driver stacktrace:|\\s+\t\\.\\.\\. ");
  private static final Pattern OUR_FRAME =
      Pattern.compile("\tat (?:\\S*/)?(ai\\.echogen\\.[^(\\s]+\\([^)]*\\))");

  static RootCause of(Throwable e) {
    var chain = chain(e);
    var failures = chain.stream().map(StageFailure::of).flatMap(Optional::stream).toList();
    var causes = new ArrayList<Cause>();
    chain.forEach(link -> causes.add(Cause.of(link)));
    StageFailure.of(chain.get(chain.size() - 1))
        .ifPresent(
            failure -> CAUSED_BY.splitAsStream(failure.text()).map(Cause::of).forEach(causes::add));
    return new RootCause(
        failures.stream().findFirst().flatMap(StageFailure::where),
        what(causes),
        Stream.iterate(causes.size() - 1, i -> i >= 0, i -> i - 1)
            .map(i -> causes.get(i).frame())
            .flatMap(Optional::stream)
            .findFirst());
  }

  private static String what(List<Cause> causes) {
    int last = causes.size() - 1;
    int told = last;
    for (int i = last; i >= 0; i--) {
      var cause = causes.get(i);
      if (cause.isOurs() && !(i < last && cause.message().equals(causes.get(i + 1).what()))) {
        told = i;
        break;
      }
    }
    var what = causes.get(told).what();
    return what.contains(causes.get(last).message())
        ? what
        : what + " (" + causes.get(last).what() + ")";
  }

  /** The exception, its cause, and so on. */
  static List<Throwable> chain(Throwable e) {
    var chain = new ArrayList<Throwable>();
    for (var link = e; link != null && !chain.contains(link); link = link.getCause()) {
      chain.add(link);
    }
    return chain;
  }

  /** Whether the message is Spark's account of a failed stage, stack traces and all. */
  static boolean quotesSpark(Throwable e) {
    return StageFailure.of(e).isPresent();
  }

  /**
   * One link of the chain.
   *
   * @param what type and message
   * @param frame the first of its frames that is ours
   * @param isOurs whether it was thrown there, with a message
   */
  private record Cause(String what, Optional<String> frame, boolean isOurs) {
    private static final Pattern OURS = Pattern.compile("\\s*\tat (?:\\S*/)?ai\\.echogen\\.");

    static Cause of(Throwable e) {
      var frames = Stream.of(e.getStackTrace()).map(frame -> "\tat " + frame + "\n").toList();
      var cause = of(e.toString(), String.join("", frames));
      return quotesSpark(e) ? new Cause(cause.what(), cause.frame(), false) : cause;
    }

    static Cause of(String trace) {
      var what = END.split(trace, 2)[0];
      return of(what, trace.substring(what.length()));
    }

    private static Cause of(String what, String frames) {
      boolean isOurs = what.contains(": ") && OURS.matcher(frames).lookingAt();
      return new Cause(what.strip(), ourFrame(frames), isOurs);
    }

    /** What follows the type. */
    String message() {
      return what.substring(what.indexOf(": ") < 0 ? 0 : what.indexOf(": ") + 2);
    }

    private static Optional<String> ourFrame(String trace) {
      return OUR_FRAME.matcher(trace).results().map(match -> match.group(1)).findFirst();
    }
  }

  /** What Spark says of a job that it gave up: the place, and the cause as a printed trace. */
  private record StageFailure(Optional<String> where, String text) {
    static Optional<StageFailure> of(Throwable e) {
      var aborted = ABORTED.matcher(String.valueOf(e.getMessage()));
      if (!aborted.matches()) {
        return Optional.empty();
      }
      var step = Optional.ofNullable(aborted.group(1)).map(text -> text + ": ").orElse("");
      var task = TASK.matcher(aborted.group(2));
      if (task.matches()) {
        var place =
            "task %s in stage %s on executor %s (%s)"
                .formatted(task.group(1), task.group(2), task.group(4), task.group(3));
        return Optional.of(new StageFailure(Optional.of(step + place), task.group(5)));
      }
      var stage = STAGE.matcher(aborted.group(2));
      if (stage.matches()) {
        return Optional.of(new StageFailure(Optional.of(step + stage.group(1)), stage.group(2)));
      }
      return Optional.of(new StageFailure(Optional.ofNullable(aborted.group(1)), aborted.group(2)));
    }
  }
}
