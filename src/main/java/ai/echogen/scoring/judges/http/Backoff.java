package ai.echogen.scoring.judges.http;

import ai.echogen.data.CounterRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How long to wait before a request is made again: twice as long each time, and half of it at
 * random, so that many who failed at once do not come back at once.
 */
final class Backoff {
  private static final double LONGEST = 60; // seconds
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 30;

  private final double first; // seconds
  private final CounterRandom random;

  /**
   * @param first seconds before the second attempt
   * @param key of the request, in hexadecimal, whose waits are its own
   */
  Backoff(double first, String key) {
    this.first = first;
    this.random = CounterRandom.of(HexFormat.fromHexDigitsToLong(key.substring(0, 16)));
  }

  /**
   * The wait after an attempt.
   *
   * @param attempt number of it, from 1
   * @param asked how long the server wants to be left; it gets that, up to five minutes
   */
  Duration delay(int attempt, Optional<Duration> asked) {
    double seconds = first * Math.pow(2, Math.min(attempt - 1, MOST_DOUBLINGS));
    double bounded = Math.min(LONGEST, seconds) * random.nextDouble(0.5, 1);
    var own = Duration.ofMillis((long) (bounded * 1000));
    var wanted = asked.map(duration -> min(duration, LONGEST_ASKED)).orElse(own);
    return wanted.compareTo(own) > 0 ? wanted : own;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The value of {@code Retry-After}: seconds, or a date; nothing if it is neither. */
  static Optional<Duration> parse(String value) {
    var text = value.strip();
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      var until = Duration.between(ZonedDateTime.now(date.getZone()), date);
      return Optional.of(until.isNegative() ? Duration.ZERO : until);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
