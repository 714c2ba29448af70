package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobContextTest {
  @ParameterizedTest
  @CsvSource({"spark://host:7077, 4", "yarn, 2"})
  void severalCoresATaskAreSaidToBeWastedOnACluster(String master, String cores) {
    assertThat(JobContext.wastedCores(conf(master, cores)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("spark.task.cpus=" + cores + ": ")
                    .doesNotContain("\n"));
  }

  @ParameterizedTest
  @CsvSource({"spark://host:7077, 1", "local[4], 2", "local[*], 4"})
  void nothingIsSaidOfOneCoreATaskOrOfALocalRun(String master, String cores) {
    assertThat(JobContext.wastedCores(conf(master, cores))).isEmpty();
  }

  private static SparkConf conf(String master, String cores) {
    return new SparkConf(false).set("spark.master", master).set("spark.task.cpus", cores);
  }
}
