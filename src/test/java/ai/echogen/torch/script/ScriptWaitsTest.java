package ai.echogen.torch.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * No loop of a script waits for a GPU: what is read of a tensor there is read of numbers that Java
 * keeps in main memory.
 */
class ScriptWaitsTest {
  private static final Path SCRIPTS = Path.of("src/main/resources/ai/echogen");
  private static final Pattern LOOP = Pattern.compile("^( *)(for|while) .*:$");
  private static final Pattern READ = Pattern.compile("(\\w+)(?:\\[[^\\[\\]()]*\\])*\\.item\\(\\)");
  private static final Pattern ANY_READ =
      Pattern.compile("\\.item\\(\\)|nonzero\\(|masked_select\\(|torch\\.tensor\\(");

  /** Parameters that {@code Tensors.steering} makes. */
  private static final Set<String> STEERING = Set.of("s", "span", "spans", "plan", "settings");

  /** Text is read up to an end that only the model knows. */
  private static final List<String> KNOWN = List.of("if texts > 0 else");

  @Test
  void loopsReadOnlyWhatLiesInMainMemory() throws IOException {
    var waits = new ArrayList<String>();
    int loops = 0;
    try (var files = Files.walk(SCRIPTS)) {
      for (var file : files.filter(path -> path.toString().endsWith(".script")).toList()) {
        int depth = -1;
        for (var line : Files.readAllLines(file)) {
          int indent = line.length() - line.stripLeading().length();
          if (line.isBlank() || line.strip().startsWith("#")) {
            continue;
          }
          if (depth >= 0 && indent <= depth) {
            depth = -1;
          }
          if (depth >= 0 && waits(line)) {
            waits.add(file.getFileName() + ": " + line.strip());
          }
          var loop = LOOP.matcher(line);
          if (depth < 0 && loop.matches()) {
            depth = loop.group(1).length();
            loops++;
          }
        }
      }
    }
    assertThat(loops).isGreaterThan(20); // else the test reads nothing
    assertThat(waits).isEmpty();
  }

  private static boolean waits(String line) {
    if (KNOWN.stream().anyMatch(line::contains)) {
      return false;
    }
    var rest = line;
    for (var match = READ.matcher(line); match.find(); ) {
      if (STEERING.contains(match.group(1))) {
        rest = rest.replace(match.group(), "");
      }
    }
    return ANY_READ.matcher(rest).find();
  }
}
