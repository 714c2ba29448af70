package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What log4j2.properties lets through to the console. */
class ConsoleLogTest {
  private static final String TASKS = "org.apache.spark.scheduler.TaskSetManager";
  private static final String LOST = "Lost task 0.0 in stage 3.0 (TID 5) (host executor driver): ";

  private final List<String> shown = new ArrayList<>();
  private LoggerContext context;

  @BeforeEach
  void configure() throws Exception {
    context = new LoggerContext("test", null, getClass().getResource("/log4j2.properties").toURI());
    context.start();
    var appender =
        new AbstractAppender("shown", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            shown.add(event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    context.getConfiguration().getRootLogger().addAppender(appender, null, null);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  /** The job says it in its last line. */
  @Test
  void aMistakeOfTheUsersIsNotToldByTheTaskThatFoundIt() {
    log(TASKS, Level.WARN, LOST + "java.lang.IllegalArgumentException: a.parquet: row 3: no id");
    log(TASKS, Level.ERROR, "Task 0 in stage 3.0 failed 1 times; aborting job");
    log(TASKS, Level.WARN, LOST + "TaskKilled (Stage cancelled)");
    log("org.apache.spark.util.Utils", Level.ERROR, "Aborting task\njava.io.IOException");
    log("org.apache.spark.executor.Executor", Level.ERROR, "Exception in task 0.0");
    assertThat(shown).isEmpty();
  }

  /** A task that is tried again may be the only sign of a disk or a machine that fails. */
  @Test
  void otherFailuresOfTasksAreShown() {
    log(TASKS, Level.WARN, LOST + "java.io.IOException: No space left on device");
    log(TASKS, Level.WARN, LOST + "ExecutorLostFailure (executor 1 exited)");
    log("org.apache.spark.util.Utils", Level.WARN, "Your hostname resolves to a loopback address");
    log("org.apache.spark.storage.BlockManager", Level.WARN, "Block rdd_1_0 could not be removed");
    assertThat(shown).hasSize(4);
  }

  @Test
  void informationIsNotForTheConsole() {
    log("org.apache.spark.SparkContext", Level.INFO, "Running Spark version");
    assertThat(shown).isEmpty();
  }

  private void log(String logger, Level level, String message) {
    context.getLogger(logger).log(level, message);
  }
}
