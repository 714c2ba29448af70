package ai.echogen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadmeTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)#]+)\\)");

  @Test
  void namesEveryPackage() throws IOException {
    var readme = Files.readString(Path.of("README.md"));
    for (var root : List.of("jobs", "src/main/java", "src/perf/java")) {
      try (var files = Files.walk(Path.of(root))) {
        assertThat(files.filter(file -> file.endsWith("package-info.java")))
            .map(file -> Path.of(root, "ai/echogen").relativize(file.getParent()).toString())
            .allMatch(name -> readme.contains("\n" + name.replace('/', '.') + " "), "is listed");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) throws IOException {
    var links = LINK.matcher(Files.readString(document)).results().map(m -> m.group(1)).toList();
    var folder = document.toAbsolutePath().getParent();
    assertThat(links).allMatch(link -> Files.exists(folder.resolve(link)), "exists");
  }

  static Stream<Path> documents() throws IOException {
    try (var docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
          Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")),
          docs.filter(doc -> doc.toString().endsWith(".md")).toList().stream());
    }
  }
}
