package ai.echogen.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.config.Key;
import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuationTest {
  private static final Location CHECKPOINT = Location.of("run/step-00000004");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out=elsewhere",
        "pauseAt=7",
        "train.logEvery=7",
        "train.checkpoints.every=7",
        "train.checkpoints.keep=7",
        "train.checkpoints.partBytes=7",
        "train.eval.every=7",
        "train.divergence.then=rollback",
        "train.stop.grace=7"
      })
  void goesOnWithOtherValuesOfWhatChangesNoBits(String key) {
    assertThatCode(() -> Continuation.require(CHECKPOINT, index(), pretraining(key), Map.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void namesEveryKeyThatChangesTheNextSteps() throws JsonProcessingException {
    var now = pretraining("train.optim.lr=7", "train.seed=7", "train.exchange.mode=rounds");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Continuation.require(CHECKPOINT, index(), now, Map.of()))
        .withMessageContainingAll(
            "train.optim.lr was 0.002, is 7",
            "train.seed was 1, is 7",
            "train.exchange.mode was \"synchronous\", is \"rounds\"");
  }

  @Test
  void keysThatMayChangeAreKeysOfTrainingJobs() {
    var keys =
        Stream.of("pretrain", "train-tokenizer")
            .flatMap(section -> Reference.builtIn().keys(section).stream())
            .map(Key::name)
            .toList();
    assertThat(Continuation.FREE)
        .allMatch(free -> keys.stream().anyMatch(key -> (key + ".").startsWith(free + ".")));
  }

  private static CheckpointIndex index() throws JsonProcessingException {
    return new CheckpointIndex("run", 4, 1, 0, 0, Map.of(), pretraining(), List.of());
  }

  private static JsonNode pretraining(String... keys) throws JsonProcessingException {
    return new ObjectMapper()
        .readTree(Settings.load("pretrain", List.of(), List.of(keys)).toJson());
  }
}
