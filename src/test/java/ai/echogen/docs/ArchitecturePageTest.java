package ai.echogen.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** docs/architecture.md names classes, members and scripts that are there. */
class ArchitecturePageTest {
  private static final Path PAGE = Path.of("docs/architecture.md");
  private static final Path DRAWING = Path.of("docs/architecture.svg");
  private static final List<String> ROOTS = List.of("src", "jobs");
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z0-9]*)(?:\\.(\\w+))?`");
  private static final Pattern SCRIPT = Pattern.compile("`([\\w-]+\\.script)`");

  /** Of Java and DJL. */
  private static final Set<String> OTHERS = Set.of("IllegalArgumentException", "NDManager");

  private static final int LARGEST = 40_000; // bytes of the drawing
  private static final double SMALLEST = 12; // pixels of a letter in it

  @Test
  void classesAndMembersAreThere() throws IOException {
    var names = NAME.matcher(Files.readString(PAGE)).results().toList();
    assertThat(names).hasSizeGreaterThan(50);
    for (var name : names) {
      var file = sources().stream().filter(path -> isOf(path, name.group(1))).findFirst();
      if (!OTHERS.contains(name.group(1))) {
        assertThat(file).as(name.group()).isPresent();
        if (name.group(2) != null) {
          assertThat(Files.readString(file.get())).as(name.group()).contains(name.group(2));
        }
      }
    }
  }

  @Test
  void everyPackageIsListed() throws IOException {
    var page = Files.readString(PAGE);
    for (var root : List.of("jobs", "src/main/java", "src/perf/java")) {
      try (var files = Files.walk(Path.of(root))) {
        assertThat(files.filter(file -> file.endsWith("package-info.java")))
            .map(file -> Path.of(root, "ai/echogen").relativize(file.getParent()).toString())
            .allMatch(name -> page.contains("\n" + name.replace('/', '.') + " "), "is listed");
      }
    }
  }

  @Test
  void scriptsAreThere() throws IOException {
    var files = new TreeSet<String>();
    sources().forEach(path -> files.add(path.getFileName().toString()));
    assertThat(SCRIPT.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(files::contains);
  }

  @Test
  void theDrawingIsSmallAndItsLettersAreNot() throws Exception {
    assertThat(Files.size(DRAWING)).isLessThan(LARGEST);
    var svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(DRAWING.toFile());
    assertThat(svg.getElementsByTagName("title").getLength()).isEqualTo(1);
    var text = Files.readString(DRAWING, StandardCharsets.UTF_8);
    assertThat(Pattern.compile("font-size(?:=\"|: *)(\\d+)").matcher(text).results())
        .isNotEmpty()
        .allMatch(size -> Double.parseDouble(size.group(1)) >= SMALLEST);
    assertThat(text).contains("prefers-color-scheme: dark");
  }

  private static boolean isOf(Path path, String name) {
    return path.getFileName().toString().equals(name + ".java");
  }

  private static List<Path> sources() throws IOException {
    var all = new TreeSet<Path>();
    for (var root : ROOTS) {
      try (var files = Files.walk(Path.of(root))) {
        files.filter(Files::isRegularFile).forEach(all::add);
      }
    }
    return List.copyOf(all);
  }
}
