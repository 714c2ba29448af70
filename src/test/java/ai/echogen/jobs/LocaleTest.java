package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own digits, decimal points and letters reach no file, no script and no weight. */
class LocaleTest {
  private static final int PATIENCE = 300;
  private static final Map<String, String> TURKISH =
      Map.of("user.language", "tr", "user.country", "TR");

  @TempDir private Path temp;

  @Test
  void aRunGivesTheSameBytesInEveryLanguage() throws Exception {
    var plain = run("plain", Map.of());
    assertThat(run("persian", JobProcess.PERSIAN)).isEqualTo(plain);
    assertThat(run("turkish", TURKISH)).isEqualTo(plain);
  }

  /** The hash of the weights, and the names of all files but those that hold a time. */
  private List<String> run(String name, Map<String, String> language)
      throws IOException, InterruptedException {
    var folder = Files.createDirectory(temp.resolve(name));
    var properties = new java.util.HashMap<>(language);
    properties.put("spark.master", "local[2]");
    var train = new ArrayList<>(List.of("train-tokenizer", "data=scenes", "out=vq"));
    train.addAll(PlacesTest.TOKENIZER);
    var result =
        JobProcess.run(
            folder,
            SeveralJobs.class.getName(),
            temp.resolve(name + ".log"),
            properties,
            SeveralJobs.words(
                List.of(List.of("synthesize", "out=scenes", "count=24", "testCount=4"), train)),
            PATIENCE);
    assertThat(result.code()).as(result.output()).isZero();
    var found = new ArrayList<>(List.of(result.hash()));
    try (var files = Files.walk(folder)) {
      files
          .map(file -> folder.relativize(file).toString())
          .filter(file -> !file.contains("tensorboard/"))
          .sorted()
          .forEach(found::add);
    }
    for (var file : List.of("scenes/manifest.json", "vq/model/config.json")) {
      found.add(Files.readString(folder.resolve(file)).replaceAll("\"sha256\".*", ""));
    }
    return found;
  }
}
