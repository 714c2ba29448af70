package ai.echogen.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every cell of {@code notebooks/} runs, in the order of the files: later ones read what earlier
 * ones wrote.
 *
 * <p>{@code -Dechogen.notebooks=write} saves what the cells leave in the files.
 */
class NotebooksTest {
  private static final Path FOLDER = Path.of("notebooks");
  private static final boolean WRITES = System.getProperty("echogen.notebooks", "").equals("write");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the cells find in the kernel's JVM: where to write, and how many cores to take. */
  private static final Map<String, String> PROPERTIES = new HashMap<>();

  @TempDir private static Path temp;

  @BeforeAll
  static void setProperties() {
    set("notebooks.out", temp.toString());
    set("spark.master", "local[2]");
  }

  private static void set(String key, String value) {
    var before = System.setProperty(key, value);
    PROPERTIES.put(key, before == null ? "" : before);
  }

  @AfterAll
  static void restoreProperties() {
    PROPERTIES.forEach(
        (key, before) -> {
          if (before.isEmpty()) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, before);
          }
        });
    stopSpark();
  }

  @TestFactory
  Stream<DynamicTest> notebooks() throws IOException {
    var files = Notebook.in(FOLDER);
    assertThat(files).as("notebooks in " + FOLDER).hasSize(5);
    return files.stream()
        .flatMap(
            file ->
                Stream.of(
                    dynamicTest(file.getFileName() + " runs", () -> run(Notebook.read(file))),
                    dynamicTest(
                        file.getFileName() + " is whole",
                        () ->
                            assertThat(NotebookRules.problems(Notebook.read(file)))
                                .as(file.toString())
                                .isEmpty())));
  }

  private static void run(Notebook notebook) throws IOException {
    boolean isJava = notebook.language().equals("java");
    if (!isJava) {
      var missing = PythonKernel.missing();
      assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    }
    stopSpark(); // that of other tests, which jobs would take over
    var outputs = new ArrayList<List<ObjectNode>>();
    try (var kernel = isJava ? new JavaKernel() : new PythonKernel(temp)) {
      for (var cell : notebook.code()) {
        outputs.add(run(notebook, cell, kernel));
      }
    } finally {
      stopSpark();
    }
    if (WRITES) {
      notebook.put(outputs);
      notebook.write();
    }
  }

  private static List<ObjectNode> run(Notebook notebook, Notebook.Cell cell, Kernel kernel)
      throws IOException {
    var outputs = new ArrayList<ObjectNode>();
    try {
      for (var output : kernel.run(cell.source())) {
        outputs.add(withoutPlace(output));
      }
    } catch (CellFailure e) {
      fail(
          String.format(
              Locale.ROOT, "%s, cell %d: %s", notebook.file(), cell.number(), e.getMessage()),
          e);
    }
    if (!WRITES) {
      assertThat(Notebook.kinds(outputs))
          .as(
              "%s, cell %d: what it leaves; -Dechogen.notebooks=write saves it",
              notebook.file(), cell.number())
          .isEqualTo(Notebook.kinds(cell.outputs()));
    }
    return outputs;
  }

  /** The folder that the cells write to is called as it is by default, wherever it is. */
  private static ObjectNode withoutPlace(ObjectNode output) throws IOException {
    var text = output.toString().replace("file:" + temp, "out").replace(temp.toString(), "out");
    return (ObjectNode) JSON.readTree(text);
  }

  private static void stopSpark() {
    SparkSession.getActiveSession().foreach(NotebooksTest::stop);
    SparkSession.getDefaultSession().foreach(NotebooksTest::stop);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
