package ai.echogen.observe.scores;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * {@code samples.jsonl}: a {@link SampleLine} for each sample. Ids rise, by UTF-16 code units as
 * Java compares texts, and each is there once.
 */
public final class SampleScoresFile {
  public static final String NAME = "samples.jsonl";

  private static final int MOST_BYTES = 16 << 20; // of a line
  private static final int MOST_SAMPLES = 1_000_000; // they are kept in memory

  private SampleScoresFile() {}

  /**
   * Writes all samples, by rising id.
   *
   * @throws IllegalArgumentException if two have one id
   */
  public static void write(Location file, Collection<SampleScores> samples) throws IOException {
    var sorted = new TreeMap<String, SampleScores>();
    for (var sample : samples) {
      if (sorted.put(sample.id(), sample) != null) {
        throw new IllegalArgumentException("sample " + sample.id() + " is there twice");
      }
    }
    try (var out = file.create()) {
      for (var sample : sorted.values()) {
        out.write((SampleLine.of(sample) + "\n").getBytes(UTF_8));
      }
    }
  }

  /**
   * All samples of a file.
   *
   * @throws IllegalArgumentException with file, line and what is wrong in it
   */
  public static List<SampleScores> read(Location file) throws IOException {
    var samples = new ArrayList<SampleScores>();
    try (var in = file.open()) {
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next()) {
        if (lines.isBlank()) {
          continue;
        }
        var place = String.format(Locale.ROOT, "%s: %d", file, lines.number());
        lines
            .damage()
            .ifPresent(
                what -> {
                  throw new IllegalArgumentException(
                      place + ": is a " + what + "; " + SampleLine.WAY_OUT);
                });
        var sample = SampleLine.parse(lines.text(), place);
        requireNext(samples, sample, place);
        samples.add(sample);
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          file + ": no such file; `./echogen score` writes it beside scores.json", e);
    }
    return samples;
  }

  private static void requireNext(List<SampleScores> before, SampleScores next, String place) {
    if (!before.isEmpty() && before.get(before.size() - 1).id().compareTo(next.id()) >= 0) {
      throw new IllegalArgumentException(
          "%s: ids must rise and none may be there twice, got \"%s\" after \"%s\"; %s"
              .formatted(place, next.id(), before.get(before.size() - 1).id(), SampleLine.WAY_OUT));
    }
    if (before.size() == MOST_SAMPLES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: more than %,d samples are not read", place, MOST_SAMPLES));
    }
  }
}
