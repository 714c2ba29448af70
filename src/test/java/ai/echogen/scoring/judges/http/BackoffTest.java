package ai.echogen.scoring.judges.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final String KEY = "0123456789abcdef".repeat(4);

  @Test
  void doublesUpToAMinuteAndIsShortenedByChance() {
    var backoff = new Backoff(1, KEY);
    for (int attempt = 1; attempt <= 100; attempt++) {
      long full = Math.min(60_000, 1000L << Math.min(10, attempt - 1));
      assertThat(backoff.delay(attempt, Optional.empty()).toMillis()).isBetween(full / 2 - 1, full);
    }
    assertThat(new Backoff(1, KEY).delay(1, Optional.empty()))
        .isEqualTo(new Backoff(1, KEY).delay(1, Optional.empty()))
        .isNotEqualTo(new Backoff(1, "f" + KEY).delay(1, Optional.empty()));
  }

  @Test
  void leavesTheServerAloneForAsLongAsItSaysWithinReason() {
    var backoff = new Backoff(0, KEY);
    assertThat(backoff.delay(1, Optional.of(Duration.ofSeconds(7))))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(backoff.delay(1, Optional.of(Duration.ofDays(7)))).isEqualTo(Duration.ofMinutes(5));
    assertThat(new Backoff(8, KEY).delay(1, Optional.of(Duration.ZERO)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void readsSecondsAndDates() {
    assertThat(Backoff.parse(" 12 ")).contains(Duration.ofSeconds(12));
    assertThat(Backoff.parse("Wed, 21 Oct 2015 07:28:00 GMT")).contains(Duration.ZERO);
    var soon = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100);
    assertThat(Backoff.parse(DateTimeFormatter.RFC_1123_DATE_TIME.format(soon)).orElseThrow())
        .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
    for (var other : new String[] {"", "soon", "-1", "1.5", "99999999999999999999"}) {
      assertThat(Backoff.parse(other)).isEmpty();
    }
  }
}
