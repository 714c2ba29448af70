package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script in a real bash. */
class CompletionTest {
  @Test
  void completesJobs() throws Exception {
    assertThat(completed("token")).containsExactly("tokenize");
    assertThat(completed("be")).containsExactly("bench");
    assertThat(completed("compare")).containsExactly("compare-scores", "compare-stages");
  }

  @Test
  void completesTheSecondWordOfAJob() throws Exception {
    assertThat(completed("bench", "tr")).containsExactly("train");
  }

  @Test
  void completesKeysOfTheJob() throws Exception {
    assertThat(completed("pretrain", "train.optim.l")).containsExactly("train.optim.lr=");
    assertThat(completed("bench", "exchange", "out")).allMatch(word -> word.startsWith("out"));
    assertThat(completed("demo", "--q")).containsExactly("--quick");
  }

  @Test
  void leavesValuesToTheShell() throws Exception {
    assertThat(completed("pretrain", "data", "=")).isEmpty();
    assertThat(completed("pretrain", "data", "=", "out/")).isEmpty();
    assertThat(completed("pretrain", "--config", "conf/")).isEmpty();
  }

  @Test
  void saysNothingOfAnUnknownJob() throws Exception {
    assertThat(completed("nosuch", "tr")).isEmpty();
  }

  /** What bash would offer after these words, of which the last is unfinished. */
  private static List<String> completed(String... words) throws IOException, InterruptedException {
    var script = Completion.script(Reference.builtIn(), JobList.JOBS);
    var call =
        """
        compopt() { :; }
        COMP_WORDS=(./echogen "$@")
        COMP_CWORD=$#
        _echogen
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    var command = new ArrayList<>(List.of("bash", "-u", "-c", script + call, "bash"));
    command.addAll(List.of(words));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().filter(line -> !line.isEmpty()).toList();
  }
}
