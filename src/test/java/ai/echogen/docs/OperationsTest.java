package ai.echogen.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The errors that docs/operations.md explains are those that the sources print. */
class OperationsTest {
  private static final Path PAGE = Path.of("docs/operations.md");
  private static final List<String> ROOTS = List.of("src/main/java", "src/perf/java", "jobs");

  /** A row of a table whose first cell is a message. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| .+ \\| .+ \\|$");

  /** What stands for words that differ. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\b(?:DIR|FILE|KEY|VALUE|PLACE|NAME|JOB|ID|WHO|WHAT|N)\\b|…");

  /** A literal of Java, or what only looks like one: characters and comments. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?s)\"\"\"(?<block>.*?)\"\"\"|\"(?<text>(?:\\\\.|[^\"\\\\])*)\""
              + "|'(?:\\\\[^']*|[^'\\\\\\n])'|//[^\\n]*|/\\*.*?\\*/");

  /** Between two literals of one text: a plus, or a value between two of them. */
  private static final Pattern JOINED = Pattern.compile("(?s)\\s*\\+(?:[^;{}]*\\+)?\\s*");

  private static final Pattern REFUSED = Pattern.compile("\\brefuse \"([^\"]*)\"");
  private static final int LEAST_LETTERS = 10; // of a message, that do not differ

  private static final List<String> PRINTED = printed();

  @ParameterizedTest
  @MethodSource("messages")
  void messageIsPrinted(String message) {
    var words = PLACEHOLDER.splitAsStream(message).filter(some -> !some.isBlank()).toList();
    assertThat(String.join("", words)).hasSizeGreaterThanOrEqualTo(LEAST_LETTERS);
    assertThat(PRINTED.stream().filter(text -> holds(text, words)).findFirst())
        .as(message)
        .isPresent();
  }

  @Test
  void aPageOfErrorsIsReadAtOnce() throws IOException {
    assertThat(messages()).doesNotHaveDuplicates().hasSizeBetween(40, 75);
  }

  static List<String> messages() throws IOException {
    var page = Files.readString(PAGE);
    var errors = page.substring(page.indexOf("\n## Errors\n"));
    return ROW.matcher(errors).results().map(row -> row.group(1)).toList();
  }

  /** Whether these words are in a text, in their order. */
  private static boolean holds(String text, List<String> words) {
    int from = 0;
    for (var some : words) {
      int at = text.indexOf(some, from);
      if (at < 0) {
        return false;
      }
      from = at + some.length();
    }
    return true;
  }

  private static List<String> printed() {
    var all = new ArrayList<String>();
    try {
      for (var root : ROOTS) {
        try (var files = Files.walk(Path.of(root))) {
          for (var file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
            all.addAll(texts(Files.readString(file)));
          }
        }
      }
      var launcher = Files.readString(Path.of("echogen"));
      REFUSED.matcher(launcher).results().forEach(refused -> all.add(refused.group(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(all);
  }

  /** The literals of a source, those that are added up as one text. */
  private static List<String> texts(String source) {
    var texts = new ArrayList<String>();
    var literals = LITERAL.matcher(source);
    int end = -1; // of the one before
    while (literals.find()) {
      var block = literals.group("block");
      var text = block == null ? literals.group("text") : block;
      if (text == null) {
        continue;
      }
      var said = text.replace("\\\"", "\"");
      if (end >= 0 && JOINED.matcher(source.substring(end, literals.start())).matches()) {
        said = texts.remove(texts.size() - 1) + said;
      }
      texts.add(said);
      end = literals.end();
    }
    return texts;
  }
}
