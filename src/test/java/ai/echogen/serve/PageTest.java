package ai.echogen.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of the page fit together, and load nothing from elsewhere. */
class PageTest {
  private static final Path FOLDER = Path.of("src/main/resources/ai/echogen/serve");
  private static final Pattern IMPORT = Pattern.compile("from '\\./([\\w.]+)'");
  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("(?<!\\w)id=\"([\\w-]+)\"");
  private static final Pattern ELEMENT = Pattern.compile("element\\('([\\w-]+)'\\)");

  private static String text(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> scripts() {
    return Page.FILES.stream().filter(name -> name.endsWith(".js")).toList();
  }

  @Test
  void everyFileIsServed() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Page.FILES);
    }
  }

  @Test
  void thePageLoadsOnlyWhatIsServedAndHasNoScriptOfItsOwn() throws IOException {
    var index = text("index.html");
    assertThat(LOADED.matcher(index).results().map(match -> match.group(1))).isSubsetOf(Page.FILES);
    assertThat(index).doesNotContainPattern(" on\\w+=").doesNotContain("<style", "style=");
    assertThat(Pattern.compile("<script(?! type=\"module\" src=)").matcher(index).find()).isFalse();
  }

  @Test
  void scriptsImportOnlyWhatIsServedAndMakeNoMarkup() throws IOException {
    for (var name : scripts()) {
      var script = text(name);
      assertThat(IMPORT.matcher(script).results().map(match -> match.group(1)))
          .as(name)
          .isSubsetOf(Page.FILES);
      assertThat(script).as(name).doesNotContain("innerHTML", "http://", "https://", "eval(");
    }
  }

  @Test
  void scriptsFindTheElementsThatTheyName() throws IOException {
    var ids = ID.matcher(text("index.html")).results().map(match -> match.group(1)).toList();
    assertThat(ids).doesNotHaveDuplicates();
    for (var name : scripts()) {
      assertThat(ELEMENT.matcher(text(name)).results().map(match -> match.group(1)))
          .as(name)
          .isSubsetOf(ids);
    }
  }
}
