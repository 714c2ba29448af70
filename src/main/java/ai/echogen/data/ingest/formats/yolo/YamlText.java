package ai.echogen.data.ingest.formats.yolo;

import java.util.regex.Pattern;

/** A place in a YAML file, and the texts that are read there: plain or in quotes. */
final class YamlText {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");
  private static final String NO_START = "&*!|>%@`?#[{"; // marks of what is not a plain text

  private final String file;
  private final String text;
  private int at;
  private int counted; // characters whose lines are counted
  private int line = 1;

  /**
   * @param file what to call it in messages
   */
  YamlText(String file, String text) {
    this.file = file;
    this.text = text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** All of it, its lines ended by line feeds. */
  String all() {
    return text;
  }

  void moveTo(int place) {
    at = place;
  }

  void move() {
    at++;
  }

  boolean isAtEnd() {
    return at >= text.length();
  }

  /** Whether it stands on the mark of a list's element. */
  boolean isDash() {
    return peek() == '-' && (at + 1 == text.length() || isBlank(text.charAt(at + 1)));
  }

  /**
   * Reads a text.
   *
   * @param inBrackets whether it ends at commas and brackets
   */
  String scalar(boolean inBrackets) {
    return peek() == '"' || peek() == '\'' ? quoted(text.charAt(at++)) : plain(inBrackets);
  }

  /** The same of one that is not in quotes. */
  String plain(boolean inBrackets) {
    if (NO_START.indexOf(peek()) >= 0 || isDash()) {
      throw problem("%s cannot begin a name; put the name in quotes".formatted(peek()));
    }
    int start = at;
    while (at < text.length() && !endsPlain(start, inBrackets)) {
      at++;
    }
    return text.substring(start, at).strip();
  }

  private boolean endsPlain(int start, boolean inBrackets) {
    char c = text.charAt(at);
    char next = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
    return switch (c) {
      case '\n' -> !inBrackets;
      case ',', '[', ']', '{', '}' -> inBrackets;
      case ':' -> isBlank(next) || (inBrackets && ",[]{}".indexOf(next) >= 0);
      case '#' -> at > start && isBlank(text.charAt(at - 1));
      default -> false;
    };
  }

  private String quoted(char quote) {
    var content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && quote == '"') {
        content.append(escaped());
      } else if (c != quote) {
        content.append(c);
      } else if (quote == '\'' && peek() == quote) {
        content.append(text.charAt(at++));
      } else {
        return content.toString();
      }
    }
    throw problem("a quote is not closed");
  }

  private String escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/', ' ' -> String.valueOf(c);
      case 'n', 't' -> " ";
      case 'x' -> codePoint(2);
      case 'u' -> codePoint(4);
      case 'U' -> codePoint(8);
      default -> throw problem("a back-slash that is no escape; put the name in single quotes");
    };
  }

  private String codePoint(int digits) {
    var hex = text.substring(at, Math.min(text.length(), at + digits));
    at += hex.length();
    int code =
        hex.length() == digits && HEX.matcher(hex).matches()
            ? Integer.parseUnsignedInt(hex, 16)
            : -1;
    if (!Character.isValidCodePoint(code) || Character.getType(code) == Character.SURROGATE) {
      throw problem("an escape that is no character; write the character itself");
    }
    return Character.toString(code);
  }

  /** The next character; 0 at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** Moves over a character that must be there. */
  void expect(char c) {
    if (peek() != c) {
      throw problem("%s is missing; or put the name in quotes".formatted(c));
    }
    at++;
  }

  /** Fails unless nothing but a comment follows on the line. */
  void requireEndOfLine() {
    skipSpaces();
    boolean isComment = peek() == '#' && isBlank(text.charAt(at - 1));
    if (at < text.length() && peek() != '\n' && !isComment) {
      throw problem("nothing may follow here; put the name in quotes");
    }
  }

  void skipSpaces() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  /** Skips empty lines and comments too. */
  void skipBlanks() {
    while (at < text.length()) {
      if (peek() == '#' && isBlank(text.charAt(at - 1))) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (isBlank(peek())) {
        at++;
      } else {
        return;
      }
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
  }

  /** Characters of the line before this one; 0 at the end of the file. */
  int column() {
    return isAtEnd() ? 0 : at - (text.lastIndexOf('\n', at - 1) + 1);
  }

  /** Counted from 1. */
  int line() {
    if (at < counted) {
      counted = 0;
      line = 1;
    }
    for (; counted < Math.min(at, text.length()); counted++) {
      line += text.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }

  /** What is wrong here. */
  IllegalArgumentException problem(String what) {
    return YoloNames.problem(file, line(), what);
  }
}
