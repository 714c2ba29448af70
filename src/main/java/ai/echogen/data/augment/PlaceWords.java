package ai.echogen.data.augment;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What English texts say of places, which is no longer true when a picture is changed. */
final class PlaceWords {
  private static final String START = "(?<![\\p{L}\\p{N}])";
  private static final String END = "(?!\\p{L})";
  private static final String SIDE = "(left|right)(?=(?:most|wards?|hand(?:ed)?|side)?" + END + ")";

  private static final String HEIGHT =
      "(?:top|bottom|upper|lower|above|below|over|under|beneath|underneath|atop)" + END;
  private static final String POSTURE =
      "(?:up|down|upside|upright|vertical(?:ly)?|horizontal(?:ly)?|standing|lying|sitting|hanging)"
          + END;
  private static final String RELATION =
      "(?:next|near|nearest|nearby|beside|behind|front|between|middle|cent(?:er|re)|corner|closest"
          + "|furthest|farthest|foreground|background|first|second|third|last|other|another"
          + "|larger|largest|smaller|smallest|bigger|biggest|taller|tallest)"
          + END;

  private static final Pattern SIDES = word(SIDE);
  private static final Pattern DIRECTIONS = word("(?:" + SIDE + "|" + HEIGHT + "|" + POSTURE + ")");
  private static final Pattern PLACES = word("(?:" + SIDE + "|" + HEIGHT + "|" + RELATION + ")");

  private PlaceWords() {}

  private static Pattern word(String letters) {
    return Pattern.compile(START + letters, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /**
   * The text of the mirrored picture: the words left and right, also in {@code left-hand} and
   * {@code rightmost}, change places and keep their case.
   */
  static String mirrored(String text) {
    return SIDES.matcher(text).replaceAll(PlaceWords::other);
  }

  private static String other(MatchResult side) {
    var word = side.group(1);
    var other = word.toLowerCase(Locale.ROOT).equals("left") ? "right" : "left";
    if (word.equals(word.toUpperCase(Locale.ROOT))) {
      return other.toUpperCase(Locale.ROOT);
    }
    return Character.isUpperCase(word.charAt(0))
        ? Character.toUpperCase(other.charAt(0)) + other.substring(1)
        : other;
  }

  /** Whether a text has words that are wrong once the picture is turned. */
  static boolean haveDirection(String text) {
    return DIRECTIONS.matcher(text).find();
  }

  /** Whether a phrase says where its object is, or which of several it is: wrong anywhere else. */
  static boolean havePlace(String phrase) {
    return PLACES.matcher(phrase).find();
  }
}
