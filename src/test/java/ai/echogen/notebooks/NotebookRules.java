package ai.echogen.notebooks;

import ai.echogen.image.Png;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a notebook of ours must be: valid nbformat 4.5, run from its first cell to its last, with
 * outputs that can be shown and that say nothing of the machine.
 */
final class NotebookRules {
  /** Names of kernels, by the language of the cells. */
  private static final Map<String, String> KERNELS = Map.of("java", "java", "python", "python3");

  private static final Set<String> OUTPUTS =
      Set.of("stream", "execute_result", "display_data"); // and no "error"
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  /** A path from the root, or a file's URI. */
  private static final Pattern PATH =
      Pattern.compile("file:/|(?<![\\w.:/<*-])/[\\w.-]+/[\\w.-]+|\\b[A-Z]:\\\\");

  private static final long MOST_BYTES = 1_500_000;
  private static final int LEAST_SIDE = 8; // pixels

  private final Notebook notebook;
  private final List<String> problems = new ArrayList<>();
  private int pictures;

  private NotebookRules(Notebook notebook) {
    this.notebook = notebook;
  }

  /** Everything that is wrong with it. */
  static List<String> problems(Notebook notebook) throws IOException {
    var rules = new NotebookRules(notebook);
    rules.check();
    return rules.problems;
  }

  private void check() throws IOException {
    var root = notebook.root();
    require(root.path("nbformat").asInt() == 4, "nbformat must be 4");
    require(root.path("nbformat_minor").asInt() >= 5, "nbformat_minor must be 5 or more");
    var kernel = root.at("/metadata/kernelspec");
    var language = notebook.language();
    require(
        kernel.path("name").asText().equals(KERNELS.get(language)),
        "metadata.kernelspec: no kernel of ours: " + kernel);
    require(kernel.path("display_name").isTextual(), "metadata.kernelspec has no display_name");
    require(
        root.at("/metadata/language_info/name").asText().equals(language),
        "metadata.language_info.name must be " + language);
    require(
        root.at("/cells/0/cell_type").asText().equals("markdown"), "must begin with a text cell");
    var ids = new HashSet<String>();
    int number = 0;
    int run = 0;
    for (var cell : root.path("cells")) {
      var at = String.format(Locale.ROOT, "cell %d: ", ++number);
      var id = cell.path("id").asText();
      require(ID.matcher(id).matches() && ids.add(id), at + "needs an id of its own, has " + id);
      require(cell.path("metadata").isObject(), at + "has no metadata");
      require(!Notebook.text(cell.path("source")).isBlank(), at + "is empty");
      switch (cell.path("cell_type").asText()) {
        case "markdown" ->
            require(
                !cell.has("outputs") && !cell.has("execution_count"),
                at + "is a text and must have no outputs");
        case "code" -> code(cell, at, ++run);
        default -> problems.add(at + "must be markdown or code");
      }
    }
    require(pictures > 0, "shows no picture");
    long bytes = Files.size(notebook.file());
    require(bytes < MOST_BYTES, "has " + bytes + " bytes, must have less than " + MOST_BYTES);
  }

  private void code(JsonNode cell, String at, int run) {
    require(
        cell.path("execution_count").asInt() == run,
        at + "must have been run as number " + run + ", is " + cell.path("execution_count"));
    var lines = Notebook.text(cell.path("source")).lines().toList();
    require(
        lines.stream().noneMatch(line -> line.startsWith("%")),
        at + "must not have a kernel's magic");
    require(
        run == 1 || lines.stream().noneMatch(line -> line.startsWith("import ")),
        at + "imports, by which JShell may forget variables; import in the first cell with code");
    require(cell.path("outputs").isArray(), at + "has no outputs");
    cell.path("outputs").forEach(output -> output(output, at, run));
  }

  private void output(JsonNode output, String at, int run) {
    var type = output.path("output_type").asText();
    require(OUTPUTS.contains(type), at + "must not have an output " + type);
    if (type.equals("stream")) {
      require(output.path("name").asText().equals("stdout"), at + "must print to stdout");
      text(Notebook.text(output.path("text")), at);
      return;
    }
    require(output.path("metadata").isObject(), at + "has an output without metadata");
    require(
        !type.equals("execute_result") || output.path("execution_count").asInt() == run,
        at + "has a result of another run");
    require(!output.path("data").isEmpty(), at + "has an empty output");
    output
        .path("data")
        .fields()
        .forEachRemaining(
            form -> {
              var text = Notebook.text(form.getValue());
              if (form.getKey().equals("image/png")) {
                picture(text, at);
              } else {
                text(text, at);
              }
            });
  }

  private void text(String text, String at) {
    require(!text.isBlank(), at + "has an output without text");
    var path = PATH.matcher(text);
    if (path.find()) {
      problems.add(at + "names a place of the machine: " + path.group());
    }
  }

  private void picture(String base64, String at) {
    try {
      var picture = Png.decode(Base64.getMimeDecoder().decode(base64));
      require(
          Math.min(picture.getWidth(), picture.getHeight()) >= LEAST_SIDE,
          at + "has a picture too small to see");
      pictures++;
    } catch (IllegalArgumentException e) {
      problems.add(at + "has a picture that cannot be decoded: " + e.getMessage());
    }
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }
}
