package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @ParameterizedTest
  @CsvSource({
    ", echogen score",
    "ai.echogen.jobs.Main, echogen score", // what spark-submit takes where nobody says a name
    "nightly, nightly"
  })
  void anApplicationIsCalledByItsJobUnlessTheUserHasAName(@Nullable String given, String name) {
    if (given != null) {
      System.setProperty("spark.app.name", given);
    }
    try {
      assertThat(JobContext.sparkConf("score").get("spark.app.name")).isEqualTo(name);
    } finally {
      System.clearProperty("spark.app.name");
    }
  }

  @Test
  void aSerializerThatCannotMakeRecordsIsNotUsedAndThatIsSaid() {
    var kryo = "org.apache.spark.serializer.KryoSerializer";
    assertThat(JobContext.ignored(new SparkConf(false).set("spark.serializer", kryo)))
        .singleElement(as(STRING))
        .startsWith("spark.serializer=" + kryo + ": not used");
    assertThat(JobContext.ignored(new SparkConf(false))).isEmpty();
    JobContext.requireJavaSerializer(new JavaSerializer(new SparkConf(false)));
    assertThatThrownBy(
            () -> JobContext.requireJavaSerializer(new KryoSerializer(new SparkConf(false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("spark.serializer=" + kryo);
  }

  @Test
  void bitsThatMayDifferAreSaidAndNotedWithTheResult() {
    assertThat(JobContext.looseBits(new SparkConf(false))).isEmpty();
    assertThat(
            JobContext.looseBits(new SparkConf(false).set("spark.echogen.deterministic", "false")))
        .hasValueSatisfying(
            line -> assertThat(line).startsWith("spark.echogen.deterministic=false: "));
    var context = new JobContext("score", List.of(), "{}", System.out);
    assertThat(context.provenance().has("spark")).isFalse();
    System.setProperty("spark.echogen.tf32", "true");
    try {
      assertThat(context.provenance().at("/spark/spark.echogen.tf32").textValue())
          .isEqualTo("true");
    } finally {
      System.clearProperty("spark.echogen.tf32");
    }
  }

  @Test
  void aFolderForScratchFilesThatCannotBeMadeIsNamed(@TempDir Path temp) throws IOException {
    var file = Files.writeString(temp.resolve("file"), "");
    var conf = new SparkConf(false).set("spark.local.dir", file + "/a");
    assertThatThrownBy(() -> SparkFolders.require(conf, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("spark.local.dir=" + file + "/a: ")
        .hasMessageMatching(".*");
    assertThatThrownBy(() -> SparkFolders.require(conf, Map.of("SPARK_LOCAL_DIRS", file + "/b")))
        .hasMessageStartingWith("SPARK_LOCAL_DIRS=" + file + "/b: ");
    SparkFolders.require(conf.set("spark.local.dir", file + "/a," + temp + "/c"), Map.of());
    SparkFolders.require(conf.set("spark.local.dir", "file:" + temp + "/d"), Map.of());
    SparkFolders.require(new SparkConf(false), Map.of());
  }

  @Test
  void aMissingFolderForEventsIsNamed(@TempDir Path temp) throws IOException {
    var conf = new SparkConf(false).set("spark.eventLog.dir", temp + "/events");
    SparkFolders.require(conf, Map.of());
    conf.set("spark.eventLog.enabled", "true");
    assertThatThrownBy(() -> SparkFolders.require(conf, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "spark.eventLog.dir=%s/events: no such directory; make it, or leave spark.eventLog.enabled out"
                .formatted(temp));
    Files.createDirectory(temp.resolve("events"));
    SparkFolders.require(conf, Map.of());
  }

  private static SparkConf conf(String master, String cores) {
    return new SparkConf(false).set("spark.master", master).set("spark.task.cpus", cores);
  }
}
