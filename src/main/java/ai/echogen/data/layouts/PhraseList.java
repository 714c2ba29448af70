package ai.echogen.data.layouts;

import ai.echogen.config.Listed;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.lines.TextLines;
import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * Different phrases to make layouts of, each as likely as any other.
 *
 * @param numRepeated how many more there were, each the same as one of these
 */
public record PhraseList(List<String> phrases, long numRepeated) implements Serializable {
  /** Most phrases of a list. */
  public static final int MOST = 100_000;

  /** Most letters of a phrase. */
  public static final int LONGEST = 200;

  private static final int MOST_BYTES = 10_000; // of a line
  private static final int MOST_PROBLEMS = 20;

  public PhraseList {
    phrases = List.copyOf(phrases);
  }

  /**
   * Reads a file with a phrase a line; blank lines are passed over.
   *
   * @throws IllegalArgumentException listing what is wrong with its lines
   */
  public static PhraseList read(Location file) {
    if (file.isDirectory("phrases")) {
      throw new IllegalArgumentException(file + ": a directory; give a file with a phrase a line");
    }
    var phrases = new LinkedHashSet<String>();
    var problems = new ArrayList<String>();
    long repeated = 0;
    try (var in = file.open()) {
      requireText(file, in.readNBytes(FileContent.BYTES));
      in.seek(0);
      var lines = new TextLines(in, 0, 0, MOST_BYTES);
      while (lines.next() && problems.size() < MOST_PROBLEMS) {
        var phrase = lines.text().strip().replaceAll("\\s+", " ");
        var problem = lines.damage().orElse(problem(phrase, phrases.size()));
        if (!problem.isEmpty()) {
          problems.add(String.format(Locale.ROOT, "%s: %d: %s", file, lines.number(), problem));
        } else if (!phrase.isEmpty() && !phrases.add(phrase)) {
          repeated++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    if (phrases.isEmpty() && problems.isEmpty()) {
      problems.add(file + ": holds no phrase; give one a line");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return new PhraseList(List.copyOf(phrases), repeated);
  }

  private static void requireText(Location file, byte[] start) {
    var mistaken = FileContent.mistaken(start);
    if (mistaken.isPresent()) {
      throw new IllegalArgumentException(file + ": " + mistaken.get());
    }
  }

  private static String problem(String phrase, int before) {
    if (phrase.length() > LONGEST) {
      return String.format(
          Locale.ROOT,
          "phrase of %,d letters, at most %d may be; got %s",
          phrase.length(),
          LONGEST,
          Listed.cut(phrase));
    }
    return before >= MOST && !phrase.isEmpty()
        ? String.format(Locale.ROOT, "more than %,d phrases; give fewer", MOST)
        : "";
  }

  /**
   * Fails unless so many different phrases can be drawn at once.
   *
   * @throws IllegalArgumentException with the way out
   */
  void require(int number) {
    if (phrases.size() < number) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "maxRegions=%d needs as many different phrases, got %d; give more or lower"
                  + " maxRegions",
              number,
              phrases.size()));
    }
  }

  /** Different ones in a random order; at most as many as there are. */
  List<String> draw(int number, CounterRandom random) {
    var drawn = new LinkedHashSet<String>();
    while (drawn.size() < number) {
      drawn.add(phrases.get(random.nextInt(phrases.size())));
    }
    return List.copyOf(drawn);
  }
}
