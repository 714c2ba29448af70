package ai.echogen.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** NOTICE lists what the jar is made of, each with its licence. */
class NoticeTest {
  private static final Path NOTICE = Path.of("NOTICE");
  private static final Path POM = Path.of("pom.xml");
  private static final Path BOM = Path.of("target/bom.json");

  /** A row: coordinates, which may end before a flavour, and a licence. */
  private static final Pattern ROW = Pattern.compile("(?m)^  ([\\w.]+:[\\w.-]+) +(\\S.*)$");

  private static final Pattern PROPERTY = Pattern.compile("\\$\\{.*");
  private static final Set<String> ELSEWHERE = Set.of("provided", "test");

  @Test
  void listsTheDependenciesOfThePom() throws Exception {
    var dependencies = dependencies();
    assertThat(dependencies).contains("ai.djl:api", "info.picocli:picocli");
    assertThat(dependencies).allMatch(NoticeTest::isListed, "is listed");
  }

  @Test
  void listsWhatTheyBring() throws IOException {
    assumeTrue(isOfThisPom(), "a build has written " + BOM);
    var names = new ArrayList<String>();
    for (var component : new ObjectMapper().readTree(BOM.toFile()).get("components")) {
      names.add(component.get("group").asText() + ":" + component.get("name").asText());
    }
    assertThat(names).isNotEmpty().allMatch(NoticeTest::isListed, "is listed");
  }

  @Test
  void hasTheTextsThatMustGoAlong() throws IOException {
    assertThat(Files.readString(NOTICE)).contains("\nMIT\n\n", "\nBSD-3-Clause\n\n");
    assertThat(Path.of("LICENSE")).content().contains("Apache License");
  }

  private static boolean isOfThisPom() throws IOException {
    return Files.exists(BOM)
        && Files.getLastModifiedTime(BOM).compareTo(Files.getLastModifiedTime(POM)) >= 0;
  }

  private static boolean isListed(String coordinates) {
    try {
      return ROW.matcher(Files.readString(NOTICE))
          .results()
          .map(row -> row.group(1))
          .anyMatch(
              row -> row.endsWith("-") ? coordinates.startsWith(row) : coordinates.equals(row));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Those of every build that go into the jar. */
  private static List<String> dependencies() throws Exception {
    var pom =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(POM.toString()));
    var project = pom.getDocumentElement();
    var found = new ArrayList<String>();
    for (var node = project.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element part && part.getTagName().equals("dependencies")) {
        var all = part.getElementsByTagName("dependency");
        for (int i = 0; i < all.getLength(); i++) {
          var dependency = (Element) all.item(i);
          if (!ELSEWHERE.contains(text(dependency, "scope"))) {
            var name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
            found.add(PROPERTY.matcher(name).replaceFirst(""));
          }
        }
      }
    }
    return found;
  }

  private static String text(Element parent, String tag) {
    var found = parent.getElementsByTagName(tag);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }
}
