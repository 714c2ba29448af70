package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void shortWorkIsQuiet() {
    try (var progress = progress(100)) {
      nanos.set(4 * SECOND);
      progress.advance(100);
    }
    assertThat(lines()).isEmpty();
  }

  @Test
  void longWorkHasALineAnIntervalAndOneAtTheEnd() {
    try (var progress = progress(100)) {
      for (var second = 1; second <= 20; second++) {
        nanos.set(second * SECOND);
        progress.advance(5);
      }
    }
    assertThat(lines())
        .containsExactly(
            "images 25/100 (25%)  5.000/s  eta 15s",
            "images 50/100 (50%)  5.000/s  eta 10s",
            "images 75/100 (75%)  5.000/s  eta 5s",
            "images 100/100 (100%)  5.000/s  eta 0s",
            "images 100/100 (100%)  5.000/s  in 20s");
  }

  @Test
  void ofAnUnknownTotalNothingIsLeft() {
    try (var progress = progress(Progress.UNKNOWN)) {
      nanos.set(5 * SECOND);
      progress.advance(25);
    }
    assertThat(lines()).containsExactly("images 25  5.000/s", "images 25  5.000/s  in 5s");
  }

  @Test
  void nothingIsLostWhenManyThreadsAdvance() throws Exception {
    var progress = progress(40_000);
    nanos.set(6 * SECOND);
    List<Thread> threads = new ArrayList<>();
    for (var i = 0; i < 4; i++) {
      var thread =
          new Thread(
              () -> {
                for (var n = 0; n < 10_000; n++) {
                  progress.advance(1);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(progress.done()).isEqualTo(40_000);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void workOfUnknownSizeZeroDoesNotFail() {
    try (var progress = progress(0)) {
      nanos.set(6 * SECOND);
      progress.advance(0);
    }
    assertThat(lines()).containsExactly("images 0/0  0/s  eta ?", "images 0/0  0/s  in 6s");
  }

  private Progress progress(long total) {
    return new Progress(out, "images", total, Duration.ofSeconds(5), nanos::get);
  }

  private List<String> lines() {
    return bytes.toString(UTF_8).lines().toList();
  }
}
