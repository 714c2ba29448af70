package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynonymsTest {
  private static final String OUTPUT =
      "{\"decoding\": \"yolo-v8\", \"tensor\": 0, \"labels\": \"best\"}";

  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new JudgeFolder(directory).with("tiny.onnx", "is not opened by the driver");
  }

  private JudgeFile read(String synonyms) throws IOException {
    return folder
        .describedBy(
            JudgeFolder.detector(JudgeFolder.squash(32, 32), OUTPUT)
                .replace("\"threshold\"", "\"synonyms\": " + synonyms + ", \"threshold\""))
        .read();
  }

  @Test
  void theDriverKnowsTheClassesAndWhatElseTheyAreCalled() throws IOException {
    var file = read("{\"tabby\": \"cat\", \"hot dog\": null}");

    assertThat(file.vocabulary().classes()).containsExactlyInAnyOrder("cat", "dog");
    assertThat(file.vocabulary().classOf("tabby", "tabby")).hasValue("cat");
    assertThat(file.vocabulary().classOf("hot dog", "dog")).isEmpty();
    assertThat(file.settings())
        .containsEntry("synonyms.tabby", "cat")
        .containsEntry("synonyms.hot dog", "null");
  }

  @Test
  void manyAreCountedInTheRow() throws IOException {
    var many = IntStream.range(0, 11).mapToObj(i -> "\"cat " + i + "\": \"cat\"");

    var file = read(many.collect(Collectors.joining(", ", "{", "}")));

    assertThat(file.settings())
        .containsEntry("synonyms", "11 entries")
        .doesNotContainKey("synonyms.cat 1");
  }

  @Test
  void aClassThatThereIsNotIsNamedWithItsEntry() {
    assertThatThrownBy(() -> read("{\"tabby\": \"cat\", \"wolf\": \"Dog\", \"tiger\": \"N/A\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(directory.resolve("judge.json") + ": ")
        .hasMessageContaining("synonyms.wolf: \"Dog\"")
        .hasMessageContaining("synonyms.tiger: \"N/A\"")
        .hasMessageContaining("one of the 2 names of classes")
        .hasMessageNotContaining("tabby");
  }

  @Test
  void theClassesOfAFileAreThoseThatAreMeant() throws IOException {
    folder.with("classes.txt", "N/A\nbird\n");
    var json =
        JudgeFolder.detector(JudgeFolder.squash(32, 32), OUTPUT)
            .replace("[\"cat\", \"dog\"]", "\"classes.txt\", \"synonyms\": {\"owl\": \"%s\"}");

    var file = folder.describedBy(json.formatted("bird")).read();

    assertThat(file.vocabulary().classes()).containsExactly("bird");
    assertThat(file.vocabulary().classOf("owl", "owl")).hasValue("bird");
    folder.describedBy(json.formatted("cat"));
    assertThatThrownBy(folder::read).hasMessageContaining("synonyms.owl: \"cat\"");
  }

  @Test
  void wordsThatAreThereTwiceOrMeanNoTextAreRefused() {
    assertThatThrownBy(() -> read("{\"owl\": \"cat\", \"owl\": \"dog\"}"))
        .hasMessageContaining("judge.json: ")
        .hasMessageContaining("owl");
    assertThatThrownBy(() -> read("{\"owl\": 7, \" \": \"cat\"}"))
        .hasMessageContaining("synonyms.owl must be a class, or null for none, got 7")
        .hasMessageContaining("synonyms must be of 1 to 200 letters each");
    assertThatThrownBy(() -> read("[\"owl\"]")).hasMessageContaining("synonyms must be an object");
  }
}
