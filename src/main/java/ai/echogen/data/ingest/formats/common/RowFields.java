package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.SourceImage;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fields of rows whose columns are of the right type at most. */
public final class RowFields {
  private static final double MOST_EXACT =
      1L << 53; // whole numbers that a double has, and all below

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private RowFields() {}

  /** Without blanks around it, and one where there are more or a line ends. */
  public static String tidy(String text) {
    return BLANKS.matcher(text.strip()).replaceAll(" ");
  }

  /** A text, tidied; empty if there is none. */
  public static String text(JsonNode value) {
    return value.isTextual() ? tidy(value.textValue()) : "";
  }

  /** A text or a whole number as text; empty if it is neither. */
  public static String id(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().strip();
    }
    if (value.isIntegralNumber()) {
      return value.asText();
    }
    double number = value.isFloatingPointNumber() ? value.doubleValue() : Double.NaN;
    return Math.abs(number) <= MOST_EXACT && number == Math.rint(number)
        ? new BigDecimal(number).toBigInteger().toString()
        : "";
  }

  /** A width or a height: 0 if there is none, {@link SourceImage#NO_SIZE} if it is no number. */
  public static int pixels(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    return value.isNumber() || value.isTextual()
        ? SourceImage.pixels(value.asText())
        : SourceImage.NO_SIZE;
  }

  /** So many numbers, which need not be finite; nothing if it is another list, or none. */
  public static Optional<double[]> numbers(JsonNode list, int count) {
    if (!list.isArray() || list.size() != count) {
      return Optional.empty();
    }
    var numbers = new double[count];
    for (int i = 0; i < count; i++) {
      if (!list.get(i).isNumber()) {
        return Optional.empty();
      }
      numbers[i] = list.get(i).doubleValue();
    }
    return Optional.of(numbers);
  }
}
