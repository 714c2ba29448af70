package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.SourceImage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Values in files of COCO's form, as people and their software write them. Each method takes a
 * parser that stands on a value, and leaves it on the value's end.
 */
public final class CocoValues {
  private static final int MAX_NUMBER = 30; // digits of an id that is a number
  private static final int MAX_SPANS = 100; // of one phrase
  private static final int NOWHERE = -1;
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d*)\\.0");

  private CocoValues() {}

  /** A scalar as text; nothing if it is null, a list or an object. */
  public static String text(JsonParser parser) throws IOException {
    if (parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL) {
      return parser.getText();
    }
    parser.skipChildren();
    return "";
  }

  /** An id as text: a number's is the same however it is written, as 1 or as 1.0. */
  public static String id(JsonParser parser) throws IOException {
    var text = text(parser);
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
        && text.length() <= MAX_NUMBER
        && !parser.isNaN()) {
      var number = new BigDecimal(text);
      if (number.scale() > -MAX_NUMBER && number.stripTrailingZeros().scale() <= 0) {
        return number.toBigInteger().toString();
      }
    }
    return id(text);
  }

  /** An id that is a text: software that makes texts of numbers makes {@code "1.0"} of 1. */
  public static String id(String text) {
    return text.endsWith(".0") && WHOLE.matcher(text).matches()
        ? text.substring(0, text.length() - 2)
        : text;
  }

  /** A number of pixels, also as a text; 0 if there is none, and what cannot be one as -1. */
  public static int pixels(JsonParser parser) throws IOException {
    var text = text(parser).strip();
    if (parser.currentToken() == JsonToken.VALUE_NULL || text.isEmpty()) {
      return 0;
    }
    return SourceImage.pixels(text);
  }

  /** Yes or no, which COCO writes as 1 or 0. */
  public static boolean flag(JsonParser parser) throws IOException {
    boolean isSet = parser.getValueAsInt(0) == 1 || parser.getValueAsBoolean(false);
    parser.skipChildren();
    return isSet;
  }

  /** Four numbers, or nothing. */
  public static double[] numbers(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return new double[0];
    }
    var numbers = new double[4];
    var count = 0;
    var usable = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      usable &= parser.currentToken().isNumeric();
      if (count < 4 && usable) {
        numbers[count] = parser.getDoubleValue();
      }
      parser.skipChildren();
      count++;
    }
    return usable && count == 4 ? numbers : new double[0];
  }

  /**
   * A list of pairs of whole numbers, one after another; in place of what is none there is a pair
   * that lies in no text.
   */
  public static int[] spans(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return new int[0];
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return nowhere();
    }
    var spans = new int[2 * MAX_SPANS];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var span = span(parser);
      if (count < MAX_SPANS) {
        System.arraycopy(span, 0, spans, 2 * count, 2);
      }
      count++;
    }
    return count > MAX_SPANS ? nowhere() : Arrays.copyOf(spans, 2 * count);
  }

  private static int[] span(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return nowhere();
    }
    var span = nowhere();
    int count = 0;
    var usable = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      usable &=
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() == JsonParser.NumberType.INT;
      if (count < 2 && usable) {
        span[count] = parser.getIntValue();
      }
      parser.skipChildren();
      count++;
    }
    return usable && count == 2 ? span : nowhere();
  }

  private static int[] nowhere() {
    return new int[] {NOWHERE, NOWHERE};
  }
}
