package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.scoring.judges.file.JudgeDescription.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/judges.md are descriptions as they stand there. */
class JudgesPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^    \\{\n(?:     .*\n)+    \\}$");

  @Test
  void everyExampleIsRead() throws IOException {
    var page = Files.readString(Path.of("docs/judges.md"));

    var examples = EXAMPLE.matcher(page).results().map(match -> match.group()).toList();
    var kinds =
        examples.stream()
            .map(json -> json.getBytes(StandardCharsets.UTF_8))
            .map(json -> JudgeDescription.parse(json, "docs/judges.md").kind());

    assertThat(kinds)
        .containsExactly(
            Kind.DETECTOR,
            Kind.DETECTOR,
            Kind.DETECTOR,
            Kind.DETECTOR,
            Kind.DETECTOR,
            Kind.FEATURES,
            Kind.TEXT_IMAGE);
  }

  @Test
  void everyChoiceIsNamed() throws IOException {
    var page = Files.readString(Path.of("docs/judges.md"));

    for (var choices :
        new Enum<?>[][] {
          Kind.values(),
          Resize.values(),
          Interpolation.values(),
          ImageInput.Channels.values(),
          ImageInput.Layout.values(),
          Decoding.Form.values(),
          Decoding.Labels.values(),
          SeparateDecoding.Order.values(),
          SeparateDecoding.Coordinates.values()
        }) {
      for (var choice : choices) {
        assertThat(page).contains("`" + Fields.word(choice) + "`");
      }
    }
  }
}
