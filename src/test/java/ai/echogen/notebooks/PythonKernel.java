package ai.echogen.notebooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Python cells, in a process that {@code run_cells.py} is the whole of. */
final class PythonKernel implements Kernel {
  /** The interpreter, if it is not {@code python3}. */
  private static final String INTERPRETER = System.getProperty("echogen.python", "python3");

  private static final String NEEDED = "import pandas, pyarrow, matplotlib";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter cells;
  private final BufferedReader outputs;

  /**
   * @param out where the notebooks before it wrote
   */
  PythonKernel(Path out) throws IOException {
    var builder = new ProcessBuilder(INTERPRETER, "-c", script());
    builder.environment().put("NOTEBOOKS_OUT", out.toString());
    builder.environment().put("MPLBACKEND", "agg");
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    cells = process.outputWriter(UTF_8);
    outputs = process.inputReader(UTF_8);
  }

  /** Why there is no Python to run cells with, if there is none. */
  static Optional<String> missing() {
    var wayOut = "; -Dechogen.python=FILE names another interpreter";
    try {
      var process =
          new ProcessBuilder(INTERPRETER, "-c", NEEDED)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0
          ? Optional.empty()
          : Optional.of(INTERPRETER + " cannot " + NEEDED + wayOut);
    } catch (IOException e) { // there is no such program
      return Optional.of(e.getMessage() + wayOut);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String script() throws IOException {
    try (var script = PythonKernel.class.getResourceAsStream("run_cells.py")) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }

  @Override
  public List<ObjectNode> run(String source) throws CellFailure {
    try {
      cells.write(JSON.writeValueAsString(source) + "\n");
      cells.flush();
      var answer = outputs.readLine();
      if (answer == null) {
        throw new CellFailure(source, "the interpreter has ended", null);
      }
      return parse(source, answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ObjectNode> parse(String source, String answer)
      throws CellFailure, JsonProcessingException {
    var told = JSON.readTree(answer);
    if (told.has("error")) {
      throw new CellFailure(source, told.get("error").asText(), null);
    }
    var parsed = new ArrayList<ObjectNode>();
    told.get("outputs").forEach(output -> parsed.add((ObjectNode) output));
    return parsed;
  }

  @Override
  public void close() {
    try {
      cells.close(); // at whose end it ends
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
