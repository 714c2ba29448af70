package ai.echogen.data.ingest.formats.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Python's literals as {@code repr} writes them (Python's reference, 2.4): lists, tuples, texts,
 * numbers, None, True and False, also nan and inf, which are no literals. Nothing is evaluated;
 * prefixes of texts, sets, dictionaries and comments are refused.
 */
final class PythonLiteral {
  private static final int MOST_LETTERS = 1_000_000;
  private static final int MOST_LEVELS = 20;
  private static final int MOST_DIGITS = 400; // of a number: any double, written out
  private static final String BLANKS = " \t\n\r\f";

  private static final Pattern WHOLE = Pattern.compile("[+-]?(0|[1-9]\\d*)");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Map<String, JsonNode> NAMES =
      Map.of(
          "None",
          NullNode.instance,
          "True",
          BooleanNode.TRUE,
          "False",
          BooleanNode.FALSE,
          "nan",
          DoubleNode.valueOf(Double.NaN),
          "inf",
          DoubleNode.valueOf(Double.POSITIVE_INFINITY),
          "-inf",
          DoubleNode.valueOf(Double.NEGATIVE_INFINITY));

  /** What a letter behind a back-slash stands for. */
  private static final Map<Character, Character> ESCAPES =
      Map.of(
          '\\', '\\', '\'', '\'', '"', '"', 'a', '\u0007', 'b', '\b', 'f', '\f', 'n', '\n', 'r',
          '\r', 't', '\t', 'v', '\u000B');

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * Parses a literal: lists and tuples are arrays.
   *
   * @throws IllegalArgumentException with the place, counted from 1, if it is none
   */
  static JsonNode parse(String text) {
    if (text.length() > MOST_LETTERS) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "more than %,d characters", MOST_LETTERS));
    }
    var literal = new PythonLiteral(text);
    literal.skipBlanks();
    var value = literal.value(0);
    if (literal.at < text.length()) {
      throw literal.wrong("something behind the value");
    }
    return value;
  }

  /** A value, and the blanks behind it. */
  private JsonNode value(int level) {
    if (level > MOST_LEVELS) {
      throw wrong(String.format(Locale.ROOT, "more than %d levels", MOST_LEVELS));
    }
    char first = peek();
    var value =
        switch (first) {
          case '[' -> items(level, ']');
          case '(' -> items(level, ')');
          case '\'', '"' -> TextNode.valueOf(string(first));
          default -> scalar();
        };
    skipBlanks();
    return value;
  }

  /** A list, a tuple, or a value in parentheses. */
  private JsonNode items(int level, char end) {
    var items = JsonNodeFactory.instance.arrayNode();
    boolean isTuple = end == ']';
    at++;
    skipBlanks();
    while (peek() != end) {
      items.add(value(level + 1));
      if (peek() == ',') {
        isTuple = true;
        at++;
        skipBlanks();
      } else if (peek() != end) {
        throw wrong("a comma or " + end + " must stand here");
      }
    }
    at++;
    return isTuple || items.isEmpty() ? items : items.get(0);
  }

  private JsonNode scalar() {
    int from = at;
    while (at < text.length() && (",]) " + BLANKS).indexOf(text.charAt(at)) < 0) {
      at++;
    }
    var word = text.substring(from, at);
    var name = NAMES.get(word);
    if (name != null) {
      return name;
    }
    if (word.length() <= MOST_DIGITS && WHOLE.matcher(word).matches()) {
      var whole = new BigInteger(word);
      return whole.bitLength() < Long.SIZE
          ? LongNode.valueOf(whole.longValue())
          : BigIntegerNode.valueOf(whole);
    }
    boolean isDecimal = word.chars().anyMatch(c -> ".eE".indexOf(c) >= 0);
    if (isDecimal && word.length() <= MOST_DIGITS && NUMBER.matcher(word).matches()) {
      return DoubleNode.valueOf(Double.parseDouble(word));
    }
    at = from;
    throw wrong("a list, a tuple, a text, a number, None, True or False must stand here");
  }

  private String string(char quote) {
    int from = at;
    var three = String.valueOf(quote).repeat(3);
    boolean isLong = text.startsWith(three, at);
    at += isLong ? 3 : 1;
    var string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        escape(string);
      } else if (c == quote && (!isLong || text.startsWith(three, at))) {
        at += isLong ? 3 : 1;
        return string.toString();
      } else if (!isLong && (c == '\n' || c == '\r')) {
        throw wrong("a line ends within a text");
      } else {
        string.append(c);
        at++;
      }
    }
    at = from;
    throw wrong("a text that begins here has no end");
  }

  /** A back-slash and what belongs to it; Python leaves those in place that mean nothing. */
  private void escape(StringBuilder string) {
    at++;
    char c = peek();
    var plain = ESCAPES.get(c);
    if (plain != null) {
      string.append(plain.charValue());
      at++;
    } else if (c == '\n' || c == '\r') { // the text goes on in the next line
      at += text.startsWith("\r\n", at) ? 2 : 1;
    } else if (c >= '0' && c <= '7') {
      int value = 0;
      for (int i = 0; i < 3 && at < text.length() && digit(8) >= 0; i++) {
        value = 8 * value + digit(8);
        at++;
      }
      string.append((char) value);
    } else {
      switch (c) {
        case 'x' -> hexadecimal(string, 2);
        case 'u' -> hexadecimal(string, 4);
        case 'U' -> hexadecimal(string, 8);
        case 'N' -> throw wrong("characters by their names are not read");
        default -> string.append('\\');
      }
    }
  }

  private void hexadecimal(StringBuilder string, int numDigits) {
    at++;
    long value = 0;
    for (int i = 0; i < numDigits; i++) {
      int digit = at < text.length() ? digit(16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit must stand here");
      }
      value = 16 * value + digit;
      at++;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw wrong("there is no such character");
    }
    string.appendCodePoint((int) value);
  }

  private int digit(int radix) {
    char c = text.charAt(at);
    return c < 128 ? Character.digit(c, radix) : -1;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("ends too early");
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "character %d: %s", at + 1, what));
  }
}
