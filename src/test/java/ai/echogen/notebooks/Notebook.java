package ai.echogen.notebooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A notebook's file: nbformat 4, as Jupyter writes it. */
final class Notebook {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  /** A cell with code; its number counts all cells from 1, as a reader does. */
  record Cell(int number, ObjectNode json) {
    String source() {
      return text(json.path("source"));
    }

    List<ObjectNode> outputs() {
      var outputs = new ArrayList<ObjectNode>();
      json.path("outputs").forEach(output -> outputs.add((ObjectNode) output));
      return outputs;
    }
  }

  private final Path file;
  private final ObjectNode root;

  private Notebook(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  static Notebook read(Path file) throws IOException {
    return new Notebook(file, (ObjectNode) JSON.readTree(file.toFile()));
  }

  /** Every notebook of a folder, in the order in which they are to be read. */
  static List<Path> in(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  String name() {
    return file.getFileName().toString();
  }

  Path file() {
    return file;
  }

  JsonNode root() {
    return root;
  }

  /** {@code java} or {@code python}. */
  String language() {
    return root.at("/metadata/kernelspec/language").asText();
  }

  List<Cell> code() {
    var code = new ArrayList<Cell>();
    var cells = (ArrayNode) root.path("cells");
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).path("cell_type").asText().equals("code")) {
        code.add(new Cell(i + 1, (ObjectNode) cells.get(i)));
      }
    }
    return code;
  }

  /**
   * Puts outputs below the cells with code.
   *
   * @param outputs one list a cell
   */
  void put(List<List<ObjectNode>> outputs) {
    var code = code();
    for (int i = 0; i < code.size(); i++) {
      var cell = code.get(i).json();
      cell.put("execution_count", i + 1);
      var array = cell.putArray("outputs");
      for (var output : outputs.get(i)) {
        var copy = output.deepCopy();
        if (copy.path("output_type").asText().equals("execute_result")) {
          copy.put("execution_count", i + 1);
        }
        array.add(copy);
      }
    }
  }

  void write() throws IOException {
    var sorted = JSON.treeToValue(root, Object.class); // maps, whose keys are ordered
    var text = JSON.writer(new JupyterPrinter()).writeValueAsString(sorted) + "\n";
    Files.write(file, text.getBytes(UTF_8));
  }

  /** A text that is one string, or one a line. */
  static String text(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining())
        : node.asText();
  }

  /** What kinds of output there are, to compare saved ones with new ones. */
  static List<String> kinds(List<ObjectNode> outputs) {
    return outputs.stream()
        .map(
            output ->
                output.path("output_type").asText()
                    + StreamSupport.stream(
                            ((Iterable<String>) () -> output.path("data").fieldNames())
                                .spliterator(),
                            false)
                        .sorted()
                        .map(type -> " " + type)
                        .collect(Collectors.joining()))
        .toList();
  }

  /** One space a level, as Python's {@code json.dumps(…, indent=1)}. */
  private static final class JupyterPrinter extends DefaultPrettyPrinter {
    private static final long serialVersionUID = 1;

    JupyterPrinter() {
      var indenter = new DefaultIndenter(" ", "\n");
      indentArraysWith(indenter);
      indentObjectsWith(indenter);
    }

    @Override
    public DefaultPrettyPrinter createInstance() {
      return new JupyterPrinter();
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator json) throws IOException {
      json.writeRaw(": ");
    }

    @Override
    public void writeEndArray(JsonGenerator json, int size) throws IOException {
      _nesting--;
      end(json, size, ']');
    }

    @Override
    public void writeEndObject(JsonGenerator json, int size) throws IOException {
      _nesting--;
      end(json, size, '}');
    }

    private void end(JsonGenerator json, int size, char bracket) throws IOException {
      if (size > 0) {
        _objectIndenter.writeIndentation(json, _nesting);
      }
      json.writeRaw(bracket);
    }
  }
}
