package ai.echogen.config;

import java.util.List;
import java.util.Locale;

/** Problems as a message lists them: what a person can read, however many there are. */
public final class Listed {
  private static final int MOST = 500; // lines
  private static final int LONGEST = 400; // letters of a line whose content comes from outside

  private Listed() {}

  /** One problem a line, behind the first indented; of very many the first. */
  public static String lines(List<String> problems) {
    return lines(problems, MOST);
  }

  /** The same, of which at most so many are shown. */
  public static String lines(List<String> problems, int most) {
    var first = String.join("\n  ", problems.subList(0, Math.min(most, problems.size())));
    int more = problems.size() - most;
    return more > 0 ? first + String.format(Locale.ROOT, "\n  and %,d more", more) : first;
  }

  /** A line that quotes what comes from outside; a very long one is cut. */
  public static String cut(String line) {
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
