package ai.echogen.model.convert;

import ai.echogen.config.Listed;
import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Names of modules against the regular expressions of an adapter's configuration, as PEFT matches
 * them, but with an end: an expression from elsewhere may go back and forth in a name for ever.
 */
final class ModuleMatcher {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_NAME = 1000; // letters of a module or a pattern: far beyond any
  private static final int MOST_LOOKS = 1_000_000; // at letters, while one name is matched
  private static final long MOST_LOOKS_TOGETHER = 1_000_000_000;
  private static final int LOOKS_OF_A_PATTERN = 50; // what making it costs
  private static final int MOST_CHOICES = 12; // of a pattern, beside words: see mayTakeForEver
  private static final int MOST_TIMES = 1000; // of all {n} of a pattern, multiplied

  // Means something else in Java than in Python: intersections and unions of character classes.
  private static final Pattern JAVA_ONLY = Pattern.compile("&&|\\[[^\\]]*\\[");

  /** A group of plain words, such as {@code (q|k|v)_proj} has: it cannot match nothing. */
  private static final Pattern WORDS =
      Pattern.compile("\\((?:\\?:)?(?:[\\w.-]|\\\\[.d])+(?:\\|(?:[\\w.-]|\\\\[.d])+)*+\\)");

  private static final Pattern CHOICE = Pattern.compile("(?<!\\()[?*+}][?+]?|\\|");
  private static final Pattern TIMES = Pattern.compile("\\{(?:(\\d+),)?(\\d*)\\}");

  private final Path file;
  private long looksTogether;

  /**
   * @param file that has the expressions, for messages
   */
  ModuleMatcher(Path file) {
    this.file = file;
  }

  /** Why an expression is not used; nothing if it is. */
  static Optional<String> problem(String expression) {
    if (expression.length() > LONGEST_NAME || mayTakeForEver(expression)) {
      return Optional.of(
          JsonText.shown(TextNode.valueOf(expression))
              + " is a regular expression that may take for ever, or is too long");
    }
    try {
      if (!JAVA_ONLY.matcher(expression).find()) {
        // What is no expression may be one behind a bracket, or take the brackets behind it in.
        int groups = numGroups(Pattern.compile(expression));
        if (numGroups(ending(expression)) == groups + 2
            && numGroups(index(expression)) == groups + 1) {
          return Optional.empty();
        }
      }
    } catch (PatternSyntaxException | StackOverflowError e) {
      // said below
    }
    return Optional.of(
        "\"%s\" is a regular expression that is not read here".formatted(expression));
  }

  /**
   * Whether its ways to match nothing multiply: these are tried without a look at any letter, so
   * that {@link Looks} does not see them.
   */
  private static boolean mayTakeForEver(String expression) {
    long times = 1;
    for (var matcher = TIMES.matcher(expression); matcher.find(); ) {
      times *= Math.max(times(matcher.group(1)), times(matcher.group(2)));
      if (times > MOST_TIMES) {
        return true;
      }
    }
    var rest = expression;
    for (var before = ""; !before.equals(rest); ) {
      before = rest;
      rest = WORDS.matcher(rest).replaceAll("x");
    }
    return CHOICE.matcher(rest).results().count() > MOST_CHOICES;
  }

  /** A number of repetitions; 1 where none is said. */
  private static int times(@Nullable String digits) {
    if (digits == null || digits.isEmpty()) {
      return 1;
    }
    return digits.length() > 4 ? MOST_TIMES + 1 : Math.max(1, Integer.parseInt(digits));
  }

  private static int numGroups(Pattern pattern) {
    return pattern.matcher("").groupCount();
  }

  /** A match of a name, unless it takes too long to find out. */
  Optional<Matcher> found(String field, Pattern pattern, String module, Predicate<Matcher> asked) {
    checkLength(module);
    var looks = new Looks(module);
    var matcher = pattern.matcher(looks);
    try {
      boolean isFound = asked.test(matcher);
      spend(field, looks.count + LOOKS_OF_A_PATTERN + pattern.pattern().length());
      return isFound ? Optional.of(matcher) : Optional.empty();
    } catch (TooManyLooks | StackOverflowError e) {
      throw new IllegalArgumentException(
          "%s: %s: it takes too long to match %s with %s; write a simpler pattern"
              .formatted(file, field, Listed.cut(module), Listed.cut(pattern.pattern())),
          e);
    }
  }

  /** Counts what is done for all modules together: each step is quick, but not all of them. */
  void spend(String field, long looks) {
    looksTogether += looks;
    if (looksTogether > MOST_LOOKS_TOGETHER) {
      throw new IllegalArgumentException(
          "%s: %s: it takes too long to match all modules; write fewer or simpler patterns"
              .formatted(file, field));
    }
  }

  void checkLength(String module) {
    if (module.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the adapter has a module whose name has %d letters, more than %d: %s",
              file,
              module.length(),
              LONGEST_NAME,
              Listed.cut(module)));
    }
  }

  /** A name that counts how often a letter of it is looked at: a pattern may go back for ever. */
  private static final class Looks implements CharSequence {
    private final String name;
    private int count;

    Looks(String name) {
      this.name = name;
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public char charAt(int index) {
      if (++count > MOST_LOOKS) {
        throw new TooManyLooks();
      }
      return name.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.subSequence(start, end);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Ends a match from within. */
  private static final class TooManyLooks extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static Pattern ending(String expression) {
    return Pattern.compile("(.*\\.)?(" + expression + ")$");
  }

  static Pattern index(String expression) {
    return Pattern.compile("(?:^|.*?\\.)" + expression + "\\.(?<idx>\\d+)\\.");
  }
}
