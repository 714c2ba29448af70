package ai.echogen.tokens;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which patterns the native library may run: it ends the process when a pattern tries too many ways
 * to match, so only those are taken whose ways grow no faster than the text.
 */
final class SplitPattern {
  private static final int LONGEST = 1000;
  private static final int MOST_LEVELS = 10;
  private static final int MOST_REPEATS = 100;
  private static final int MOST_WAYS = 100; // to match at one place of the text
  private static final int NO_END = Integer.MAX_VALUE;

  /**
   * Two repeats beside each other, which are safe as they stand: GPT-4, Llama 3, Qwen, DeepSeek.
   */
  private static final Set<String> KNOWN =
      Set.of(
          "\\s*[\\r\\n]+",
          "\\p{N}{1,3}+",
          " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
          " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
          " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*",
          " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+",
          " ?[\\p{P}\\p{S}]+[\\r\\n]*",
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+",
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*",
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?");

  /** One alternative of a fixed number of letters: a group of it can be repeated in one way. */
  private static final Pattern FIXED =
      Pattern.compile(
          "(?:[^()\\[\\]{}*+?|\\\\.^$]|\\\\[sSdDwWrnt]|\\\\[pP]\\{\\^?\\w+}|\\[[^\\[\\]\\\\]+])++");

  /** Alternatives of a letter each; that they differ is seen to apart. */
  private static final Pattern LETTERS =
      Pattern.compile("[^()\\[\\]{}*+?|\\\\.^$](?:\\|[^()\\[\\]{}*+?|\\\\.^$])++");

  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:[pP]\\{\\^?\\w+}|x\\{\\p{XDigit}{1,6}}|x\\p{XDigit}{2}|u\\p{XDigit}{4}"
              + "|[sSdDwWhHrntfv]|[^\\p{L}\\p{N}])");

  private static final Pattern ANCHOR = Pattern.compile("\\\\[bBAzZ]|[\\^$]");
  private static final Pattern GROUP = Pattern.compile("\\((?:\\?(?:i?:|[=!>]))?+(?!\\?)");
  private static final Pattern QUANTIFIER =
      Pattern.compile("[*+?]|\\{(?:(\\d{1,3})|(\\d{0,3}),(\\d{0,3}))}");

  /** How often a part may be repeated at will, and in how many ways it matches besides. */
  private record Cost(int repeats, int ways) {
    static final Cost ONE = new Cost(0, 1);

    Cost then(Cost next) {
      return new Cost(repeats + next.repeats, Math.min(MOST_WAYS + 1, ways * next.ways));
    }

    Cost or(Cost other) {
      return new Cost(Math.max(repeats, other.repeats), Math.min(MOST_WAYS + 1, ways + other.ways));
    }
  }

  /** Ends the reading of a pattern that holds what is not known to be safe. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final String regex;
  private int at;

  private SplitPattern(String regex) {
    this.regex = regex;
  }

  static boolean isSafe(String regex) {
    if (regex.length() > LONGEST) {
      return false;
    }
    try {
      var pattern = new SplitPattern(regex);
      var cost = pattern.alternatives(0);
      return pattern.at == regex.length() && cost.repeats <= 1 && cost.ways <= MOST_WAYS;
    } catch (Refused e) {
      return false;
    }
  }

  private Cost alternatives(int level) {
    if (level > MOST_LEVELS) {
      throw new Refused();
    }
    var cost = alternative(level);
    while (next() == '|') {
      at++;
      cost = cost.or(alternative(level));
    }
    return cost;
  }

  private Cost alternative(int level) {
    if (level == 0 && skipKnown()) {
      return Cost.ONE;
    }
    var cost = Cost.ONE;
    while (at < regex.length() && next() != '|' && next() != ')') {
      cost = cost.then(part(level));
    }
    return cost;
  }

  private boolean skipKnown() {
    for (var known : KNOWN) {
      int end = at + known.length();
      if (regex.startsWith(known, at) && (end == regex.length() || regex.charAt(end) == '|')) {
        at = end;
        return true;
      }
    }
    return false;
  }

  private Cost part(int level) {
    if (take(ANCHOR) != null) {
      return once();
    }
    if (next() == '(') {
      return group(level);
    }
    if (next() == '[') {
      skipSet();
    } else if (next() == '\\') {
      if (take(ESCAPE) == null) {
        throw new Refused();
      }
    } else if ("*+?{".indexOf(next()) >= 0) {
      throw new Refused();
    } else {
      at += Character.charCount(regex.codePointAt(at));
    }
    return quantified(Cost.ONE, true);
  }

  private Cost group(int level) {
    var opening = take(GROUP);
    if (opening == null) {
      throw new Refused();
    }
    int start = at;
    var body = alternatives(level + 1);
    if (next() != ')') {
      throw new Refused();
    }
    var text = regex.substring(start, at++);
    if (opening.equals("(?=") || opening.equals("(?!")) {
      once();
      return body;
    }
    return quantified(body, isOneWay(text));
  }

  /** Letters that differ may be the same where case does not count. */
  private boolean isOneWay(String body) {
    return FIXED.matcher(body).matches()
        || (!regex.contains("(?i")
            && LETTERS.matcher(body).matches()
            && body.codePoints().filter(letter -> letter != '|').distinct().count()
                == body.codePoints().filter(letter -> letter != '|').count());
  }

  private Cost once() {
    if (at < regex.length() && "*+?{".indexOf(next()) >= 0) {
      throw new Refused();
    }
    return Cost.ONE;
  }

  private Cost quantified(Cost body, boolean oneWay) {
    var matcher = QUANTIFIER.matcher(regex).region(at, regex.length());
    if (!matcher.lookingAt()) {
      once();
      return body;
    }
    at = matcher.end();
    boolean braces = matcher.group().startsWith("{");
    int least = matcher.group().equals("+") ? 1 : 0;
    int most = matcher.group().equals("?") ? 1 : NO_END;
    var exact = matcher.group(1);
    if (exact != null) {
      least = Integer.parseInt(exact);
      most = least;
    } else if (braces) {
      least = number(matcher.group(2), 0);
      most = number(matcher.group(3), NO_END);
    }
    if (least > MOST_REPEATS || most < least || (most != NO_END && most > MOST_REPEATS)) {
      throw new Refused();
    }
    // Behind braces a + is one more repeat to this library; behind the others it forbids retries.
    boolean lazy = next() == '?';
    if (lazy || (!braces && next() == '+')) {
      at++;
    }
    once();
    if (most > 1 && !oneWay) {
      throw new Refused();
    }
    if (most == NO_END) {
      return new Cost(1, 1);
    }
    var counts = new Cost(0, most - least + (braces && lazy ? 2 : 1));
    return most > 1 ? counts : body.or(counts);
  }

  private static int number(@Nullable String digits, int none) {
    return digits == null || digits.isEmpty() ? none : Integer.parseInt(digits);
  }

  /** A set of letters is one letter, whatever is in it. */
  private void skipSet() {
    int depth = 0;
    do {
      char letter = next();
      if (letter == '\0' && at >= regex.length()) {
        throw new Refused();
      }
      at++;
      if (letter == '\\') {
        at++;
      } else if (letter == ']') {
        depth--;
      } else if (letter == '[') {
        depth++;
        if (next() == '^') {
          at++;
        }
        if (next() == ']') {
          throw new Refused();
        }
      }
    } while (depth > 0);
  }

  private char next() {
    return at < regex.length() ? regex.charAt(at) : '\0';
  }

  private @Nullable String take(Pattern pattern) {
    var matcher = pattern.matcher(regex).region(at, regex.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.group();
  }
}
