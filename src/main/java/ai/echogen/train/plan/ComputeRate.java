package ai.echogen.train.plan;

import ai.echogen.config.Spelling;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * How fast a device computes: a number of FLOPs a second that it sustains, such as {@code 62e9} or
 * {@code 260T}, or a {@link Card}'s name, whose peak a share is taken of.
 */
public final class ComputeRate {
  private static final Pattern NUMBER =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?(?:[eE]\\+?\\d{1,2})?) ?([GTP]?)");

  private final String text;
  private final Optional<Card> card;
  private final double sustained;

  private ComputeRate(String text, Optional<Card> card, double sustained) {
    this.text = text;
    this.card = card;
    this.sustained = sustained;
  }

  /**
   * The rate that a text says.
   *
   * @throws IllegalArgumentException if it is neither a number nor the name of a card
   */
  public static ComputeRate of(String text) {
    var card = Card.find(text);
    if (card.isPresent()) {
      return new ComputeRate(text, card, 0);
    }
    var number = NUMBER.matcher(text);
    if (number.matches()) {
      double rate = Double.parseDouble(number.group(1)) * factor(number.group(2));
      if (rate > 0) {
        return new ComputeRate(text, Optional.empty(), rate);
      }
    }
    var near =
        Spelling.nearest(text, Card.keys())
            .map(name -> "; did you mean " + name + "?")
            .orElse("; the cards are " + String.join(", ", Card.keys()));
    throw new IllegalArgumentException(
        "must be FLOPs a second, such as 62e9 or 260T, or the name of a card, got \""
            + text
            + "\""
            + near);
  }

  private static double factor(String prefix) {
    return switch (prefix) {
      case "G" -> 1e9;
      case "T" -> 1e12;
      case "P" -> 1e15;
      default -> 1;
    };
  }

  /** The card, if it was named. */
  public Optional<Card> card() {
    return card;
  }

  /** FLOPs a second, if they were given. */
  public OptionalDouble sustained() {
    return card.isPresent() ? OptionalDouble.empty() : OptionalDouble.of(sustained);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ComputeRate rate
        && sustained == rate.sustained
        && card.equals(rate.card);
  }

  @Override
  public int hashCode() {
    return 31 * card.hashCode() + Double.hashCode(sustained);
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
