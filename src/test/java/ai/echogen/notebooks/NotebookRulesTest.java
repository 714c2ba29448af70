package ai.echogen.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookRulesTest {
  private static final String WRONG =
      """
      {"nbformat": 4, "nbformat_minor": 4,
       "metadata": {"kernelspec": {"name": "scala", "language": "java", "display_name": "Java"}},
       "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "source": "1", "outputs": [
         {"output_type": "stream", "name": "stdout", "text": ["wrote /home/ann/out/x\\n"]},
         {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {"image/png": "AAAA"}}]},
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 5, "outputs": [
         {"output_type": "error", "metadata": {}, "data": {"text/plain": " "}}],
         "source": ["%classpath x\\n", "import java.util.*;"]},
        {"cell_type": "markdown", "id": "c", "metadata": {}, "source": "", "outputs": []}]}
      """;

  @TempDir private Path temp;

  @Test
  void everythingThatIsWrongIsListed() throws IOException {
    assertThat(problems(WRONG))
        .containsExactly(
            "nbformat_minor must be 5 or more",
            "metadata.kernelspec: no kernel of ours:"
                + " {\"name\":\"scala\",\"language\":\"java\",\"display_name\":\"Java\"}",
            "metadata.language_info.name must be java",
            "must begin with a text cell",
            "cell 1: names a place of the machine: /home/ann",
            "cell 1: has a result of another run",
            "cell 1: has a picture that cannot be decoded: 3 bytes hold no picture: "
                + "not an image; JPEG, PNG, WebP, GIF and BMP are read",
            "cell 2: needs an id of its own, has a",
            "cell 2: must have been run as number 2, is 5",
            "cell 2: must not have a kernel's magic",
            "cell 2: imports, by which JShell may forget variables; import in the first cell with"
                + " code",
            "cell 2: must not have an output error",
            "cell 2: has an output without text",
            "cell 3: is empty",
            "cell 3: is a text and must have no outputs",
            "shows no picture");
  }

  @Test
  void sharesAndTagsAreNoPlaces() throws IOException {
    for (var text : List.of("images 2/2 at 3.5/s", "<td>a</td>", "out/run/model", "text/plain")) {
      assertThat(problems(WRONG.replace("wrote /home/ann/out/x", text)))
          .as(text)
          .noneMatch(problem -> problem.contains("place of the machine"));
    }
  }

  private List<String> problems(String json) throws IOException {
    var file = Files.writeString(temp.resolve("wrong.ipynb"), json);
    return NotebookRules.problems(Notebook.read(file));
  }
}
