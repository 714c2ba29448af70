package ai.echogen.notebooks;

import ai.echogen.image.Png;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Locale;

/** What a cell leaves, in the form of a notebook's file. */
final class Outputs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Outputs() {}

  /** What was printed. */
  static ObjectNode stream(String text) {
    var output = JSON.createObjectNode().put("output_type", "stream").put("name", "stdout");
    lines(output.putArray("text"), text);
    return output;
  }

  /** The value of a cell: a picture as PNG, anything else as its text. */
  static ObjectNode value(Object value) {
    var output = JSON.createObjectNode().put("output_type", "execute_result");
    output.putObject("metadata");
    var data = output.putObject("data");
    var text = String.valueOf(value);
    if (value instanceof BufferedImage image) {
      data.put("image/png", Base64.getMimeEncoder().encodeToString(Png.encode(image)) + "\n");
      text =
          String.format(
              Locale.ROOT, "a picture of %d × %d pixels", image.getWidth(), image.getHeight());
    }
    lines(data.putArray("text/plain"), text);
    return output;
  }

  /** Lines with their ends, as notebooks keep texts. */
  static void lines(ArrayNode array, String text) {
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end + 1;
      array.add(text.substring(from, to));
      from = to;
    }
  }
}
