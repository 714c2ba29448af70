package ai.echogen.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is logged while training is in docs/metrics.md, and the other way round. Names are read from
 * the sources of what logs: objectives, evaluators, and whoever holds a {@code MetricSink}.
 */
class MetricsDocTest {
  private static final Path PAGE = Path.of("docs/metrics.md");
  private static final Path SOURCES = Path.of("src/main/java/ai/echogen");
  private static final Pattern LOGS =
      Pattern.compile("\\bMetricSink\\b|implements Evaluator<|implements Objective<");

  /** The list of an objective's metrics. */
  private static final Pattern OF_OBJECTIVE =
      Pattern.compile("(?s)List<String> metrics\\(\\) \\{\\s*return List\\.of\\(([^;]*)\\);");

  /** A name that is put into a map of values: whole, or the part before what differs. */
  private static final Pattern PUT = Pattern.compile("values\\.put\\(\\s*\"([^\"]+)\"( \\+)?");

  /** Names of a kind, made of a beginning that a variable keeps, and an end. */
  private static final Pattern BEGINNING = Pattern.compile("var name = \"([^\"]+)\" \\+");

  private static final Pattern END = Pattern.compile("values\\.put\\(name \\+ \"([^\"]+)\"");
  private static final Pattern CONSTANT = Pattern.compile("GRADIENT_HASH = \"([^\"]+)\"");
  private static final Pattern SHOWN = Pattern.compile("SHOWN = List\\.of\\(([^;]*)\\);");
  private static final Pattern LITERAL = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern CELL = Pattern.compile("(?m)^\\| (`[^|]+) \\|");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void whatIsLoggedIsDescribed() throws IOException {
    var described = described();
    assertThat(logged())
        .hasSizeGreaterThan(40)
        .allMatch(name -> described.stream().anyMatch(row -> matches(row, name)), "is in " + PAGE);
  }

  @Test
  void whatIsDescribedIsLogged() throws IOException {
    var logged = logged();
    assertThat(described())
        .hasSizeGreaterThan(40)
        .allMatch(row -> logged.stream().anyMatch(name -> matches(row, name)), "is logged");
  }

  /** Each objective says what it logs in the form that is read here. */
  @Test
  void everyObjectiveIsRead() throws IOException {
    for (var source : logging()) {
      if (source.contains("implements Objective<") && !source.contains("record OpenedObjective")) {
        assertThat(OF_OBJECTIVE.matcher(source).find()).as(source.substring(0, 200)).isTrue();
      }
    }
  }

  /** A name of the page, in which {@code …} and words in capitals stand for anything. */
  private static boolean matches(String row, String name) {
    var parts = row.split("…|(?<=/|_)(?:NAME|N)(?=/|$)", -1);
    return name.matches(String.join(".+", Stream.of(parts).map(Pattern::quote).toList()));
  }

  private static Set<String> logged() throws IOException {
    var names = new TreeSet<String>();
    for (var source : logging()) {
      var ofObjective = literals(OF_OBJECTIVE, source);
      names.addAll(ofObjective);
      ofObjective.stream() // what is minimised on samples is measured on held-out ones
          .filter(name -> name.startsWith("loss"))
          .forEach(name -> names.add("eval." + name));
      literals(SHOWN, source).forEach(name -> names.add("eval." + name));
      PUT.matcher(source)
          .results()
          .forEach(put -> names.add(put.group(1) + (put.group(2) == null ? "" : "1")));
      BEGINNING
          .matcher(source)
          .results()
          .forEach(
              name ->
                  END.matcher(source)
                      .results()
                      .forEach(end -> names.add(name.group(1) + "x" + end.group(1))));
    }
    var step = Files.readString(SOURCES.resolve("train/step/StepRecord.java"));
    CONSTANT.matcher(step).results().forEach(name -> names.add(name.group(1)));
    names.remove("eval.1"); // what is put behind it is named above
    return names;
  }

  private static List<String> literals(Pattern list, String source) {
    return list.matcher(source)
        .results()
        .flatMap(found -> LITERAL.matcher(found.group(1)).results())
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> logging() throws IOException {
    var sources = new ArrayList<String>();
    try (var files = Files.walk(SOURCES)) {
      for (var file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        var source = Files.readString(file);
        if (LOGS.matcher(source).find() && !file.startsWith(SOURCES.resolve("observe"))) {
          sources.add(source);
        }
      }
    }
    return sources;
  }

  /** The names of the tables of training; what lacks a beginning has that of the name before. */
  private static Set<String> described() throws IOException {
    var page = Files.readString(PAGE);
    var names = new TreeSet<String>();
    var training = page.substring(0, page.indexOf("\n## Scores"));
    CELL.matcher(training)
        .results()
        .map(cell -> cell.group(1))
        .filter(cell -> cell.startsWith("`"))
        .forEach(
            cell -> {
              var before = "";
              for (var code : CODE.matcher(cell).results().map(found -> found.group(1)).toList()) {
                before = whole(before, code);
                names.add(before);
              }
            });
    return names;
  }

  private static String whole(String before, String name) {
    if (name.startsWith(".") || name.startsWith("/")) {
      return before.substring(0, before.lastIndexOf(name.charAt(0))) + name;
    }
    int folder = before.indexOf('/');
    boolean isInIt = folder > 0 && name.indexOf('/') < 0 && name.indexOf('.') < 0;
    return isInIt ? before.substring(0, folder + 1) + name : name;
  }
}
