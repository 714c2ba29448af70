package ai.echogen.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links of the documents lead to files, and to headings that are there. */
class LinksTest {
  private static final List<String> FOLDERS = List.of(".", "docs", "deploy", "notebooks");
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\\n]+`");

  @ParameterizedTest
  @MethodSource("documents")
  void leadSomewhere(Path document) throws IOException {
    var text = CODE.matcher(Files.readString(document)).replaceAll("");
    for (var link : LINK.matcher(text).results().toList()) {
      var file =
          link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
      assertThat(file).as(link.group()).exists();
      if (link.group(2) != null) {
        assertThat(anchors(file)).as(link.group()).contains(link.group(2));
      }
    }
  }

  static List<Path> documents() throws IOException {
    var all = new ArrayList<Path>();
    for (var folder : FOLDERS) {
      if (Files.isDirectory(Path.of(folder))) {
        try (var files = Files.list(Path.of(folder))) {
          files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
        }
      }
    }
    return all;
  }

  /** As the places that show Markdown name headings: letters, digits and hyphens. */
  private static Set<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
