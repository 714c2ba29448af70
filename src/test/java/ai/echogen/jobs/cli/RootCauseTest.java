package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.echogen.data.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.junit.jupiter.api.Test;

class RootCauseTest {
  /** Spark can send only its text to the driver. */
  @SuppressWarnings("serial")
  static final class NotSerializable extends RuntimeException {
    final Object what = new Object();

    NotSerializable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Test
  void exceptionOfATaskComesWithItsTaskAndLine() {
    var cause = RootCause.of(failureOf(RootCauseTest::read));
    assertThat(cause.where().orElseThrow())
        .matches("task 1 in stage \\d+\\.0 on executor driver \\(\\S+\\)");
    assertThat(cause.what()).isEqualTo("java.io.IOException: disk 1\nis full");
    assertThat(cause.frame().orElseThrow())
        .matches("ai\\.echogen\\.jobs\\.cli\\.RootCauseTest\\.read\\(RootCauseTest\\.java:\\d+\\)");
  }

  @Test
  void exceptionThatSparkCannotSendIsReadFromTheMessage() {
    var failure = failureOf(RootCauseTest::readWithoutSerializing);
    assertThat(failure).hasNoCause();
    var cause = RootCause.of(failure);
    assertThat(cause.where().orElseThrow())
        .matches("task 1 in stage \\d+\\.0 on executor driver \\(\\S+\\)");
    assertThat(cause.what()).isEqualTo("java.io.IOException: disk 1\nis full");
    assertThat(cause.frame().orElseThrow())
        .matches("ai\\.echogen\\.jobs\\.cli\\.RootCauseTest\\.read\\(RootCauseTest\\.java:\\d+\\)");
  }

  @Test
  void lostExecutorIsTheCauseAndOurLineTheCaller() {
    var cause =
        RootCause.of(
            new SparkException(
                """
                Job aborted due to stage failure: Task 3 in stage 1.0 failed 4 times, most recent \
                failure: Lost task 3.3 in stage 1.0 (TID 9) (10.0.0.7 executor 2): \
                ExecutorLostFailure (executor 2 exited caused by one of the running tasks) \
                Reason: Command exited with code 137
                Driver stacktrace:"""));
    assertThat(cause.where()).contains("task 3 in stage 1.0 on executor 2 (10.0.0.7)");
    assertThat(cause.what())
        .isEqualTo(
            "ExecutorLostFailure (executor 2 exited caused by one of the running tasks)"
                + " Reason: Command exited with code 137");
    assertThat(cause.frame().orElseThrow()).contains("lostExecutorIsTheCauseAndOurLineTheCaller");
  }

  @Test
  void nameBeforeSparksMessageStaysBeforeThePlace() {
    var spark =
        new SparkException(
            "Job aborted due to stage failure: Task 0 in stage 2.1 failed 4 times, most recent"
                + " failure: Lost task 0.3 in stage 2.1 (TID 12) (host executor 1):"
                + " java.io.IOException: gone\n\tat java.base/java.io.X.y(X.java:1)\n"
                + "\tat ai.echogen.data.Z.lambda$read$0(Z.java:5)\n\nDriver stacktrace:");
    var place = "task 0 in stage 2.1 on executor 1 (host)";
    var line = "ai.echogen.data.Z.lambda$read$0(Z.java:5)";
    var wheres =
        Map.of(
            spark,
            place,
            new IllegalStateException(spark),
            place,
            new IllegalStateException("steps 0-9: " + spark.getMessage(), spark),
            "steps 0-9: " + place,
            new IllegalStateException("steps 0-9: " + spark, spark),
            "steps 0-9: " + place);
    wheres.forEach(
        (failure, where) ->
            assertThat(RootCause.of(failure))
                .isEqualTo(
                    new RootCause(
                        Optional.of(where), "java.io.IOException: gone", Optional.of(line))));
  }

  @Test
  void stageThatKeepsFailingIsNamed() {
    var cause =
        RootCause.of(
            new SparkException(
                "Job aborted due to stage failure: ShuffleMapStage 5 (map at Shards.java:30) has"
                    + " failed the maximum allowable number of times: 4. Most recent failure reason:"
                    + " org.apache.spark.shuffle.MetadataFetchFailedException: Missing an output"
                    + " location for shuffle 0 partition 1 \tat org.apache.spark.X.y(X.scala:1)"));
    assertThat(cause.where()).contains("ShuffleMapStage 5 (map at Shards.java:30)");
    assertThat(cause.what())
        .isEqualTo(
            "org.apache.spark.shuffle.MetadataFetchFailedException: Missing an output location for"
                + " shuffle 0 partition 1");
  }

  @Test
  void otherFailuresOfAStageAreToldWithoutTheirTrace() {
    var cause =
        RootCause.of(
            new SparkException(
                "Job aborted due to stage failure: Total size of serialized results of 5 tasks is"
                    + " bigger than spark.driver.maxResultSize\nDriver stacktrace:"));
    assertThat(cause.where()).isEmpty();
    assertThat(cause.what())
        .isEqualTo(
            "Total size of serialized results of 5 tasks is bigger than"
                + " spark.driver.maxResultSize");
  }

  @Test
  void innermostOfAChainIsTheCauseAndItsNearestOurLine() {
    var inner = new IOException("no space");
    inner.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("java.io.X", "y", "X.java", 1)});
    var outer = new UncheckedIOException("outer", inner);
    outer.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("java.io.X", "z", "X.java", 2),
          new StackTraceElement("ai.echogen.data.A", "b", "A.java", 3),
          new StackTraceElement("ai.echogen.data.A", "c", "A.java", 4)
        });
    var outermost = new IllegalStateException("outermost", outer);
    outermost.setStackTrace(new StackTraceElement[0]);
    assertThat(RootCause.of(outermost))
        .isEqualTo(
            new RootCause(
                Optional.empty(),
                "java.io.IOException: no space",
                Optional.of("ai.echogen.data.A.b(A.java:3)")));
  }

  /** What a library says of a file tells less than what we say of it. */
  @Test
  void ourOwnMessageIsToldAlsoOfATask() {
    for (VoidFunction<Integer> task :
        List.<VoidFunction<Integer>>of(
            RootCauseTest::parse, disk -> wrap(() -> parse(disk)), RootCauseTest::parseUnsent)) {
      assertThat(RootCause.of(failureOf(task)).what())
          .endsWith(
              ": boxes.jsonl: line 7: not a number; mend it"
                  + " (java.lang.NumberFormatException: For input string: \"x\")");
    }
  }

  @Test
  void whatTheCauseSaysIsNotSaidTwice() {
    var cause = catchThrowable(() -> Integer.parseInt("x"));
    var ours = new IllegalArgumentException("line 7: " + cause.getMessage(), cause);
    assertThat(RootCause.of(ours).what())
        .isEqualTo("java.lang.IllegalArgumentException: line 7: For input string: \"x\"");
  }

  @Test
  void plainExceptionIsItsOwnCause() {
    var plain = new IllegalStateException();
    plain.setStackTrace(new StackTraceElement[0]);
    assertThat(RootCause.of(plain))
        .isEqualTo(
            new RootCause(Optional.empty(), "java.lang.IllegalStateException", Optional.empty()));
  }

  @Test
  void causesInACircleEnd() {
    var first = new IllegalStateException("first");
    var second = new IllegalStateException("second", first);
    first.initCause(second);
    assertThat(RootCause.of(first).what()).endsWith("second");
  }

  private static void parse(Integer disk) throws IOException {
    try {
      var unused = Integer.parseInt(disk == 1 ? "x" : "1");
    } catch (NumberFormatException e) {
      throw new IOException("boxes.jsonl: line 7: not a number; mend it", e);
    }
  }

  private static void parseUnsent(Integer disk) {
    try {
      var unused = Integer.parseInt(disk == 1 ? "x" : "1");
    } catch (NumberFormatException e) {
      throw new NotSerializable("boxes.jsonl: line 7: not a number; mend it", e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void wrap(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Throwable failureOf(VoidFunction<Integer> task) {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return catchThrowable(() -> context.parallelize(List.of(0, 1), 2).foreach(task));
  }

  private static void read(Integer disk) throws IOException {
    if (disk == 1) {
      throw new IOException("disk 1\nis full");
    }
  }

  private static void readWithoutSerializing(Integer disk) {
    try {
      read(disk);
    } catch (IOException e) {
      throw new NotSerializable("disk " + disk, e);
    }
  }
}
