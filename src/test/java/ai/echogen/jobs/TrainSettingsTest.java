package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.echogen.config.Settings;
import ai.echogen.config.SettingsException;
import ai.echogen.jobs.cli.Job;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The group train of the jobs that train. */
class TrainSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.optim.lr=0         | train.optim.lr must be > 0, got 0.0
          train.checkpoints.keep=0 | train.checkpoints.keep must be > 0, got 0
          train.microShards=99     | train.microShards must be in [1, batch = 8], got 99
          train.eval.every=-1      | train.eval.every must be >= 0, got -1
          train.eval.samples=0     | train.eval.samples must be > 0, got 0
          train.eval.patience=3    | train.eval.patience counts evaluations: give eval.every as well, got 3
          train.eval.accuracy=true | train.eval.accuracy is measured by evaluations: give eval.every
          train.eval.split=train   | train.eval.split must name held-out samples, such as test, got train
          train.divergence.steps=0 | train.divergence.steps must be > 0, got 0
          steps=5                  | steps is not a key; did you mean train.steps?
          optim.lr=1               | optim is not a key; did you mean train.optim?
          """)
  void problemsNameTheWholeKey(String key, String problem) {
    assertThat(problems(new PretrainJob(), key)).containsExactly("command line: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train.microShards=3       | train.exchange.workers must divide microShards = 3, got 2
          train.checkpoints.every=5 | train.checkpoints.every must be a multiple of exchange.innerSteps = 2, got 5
          train.eval.every=5        | train.eval.every must be a multiple of exchange.innerSteps = 2, got 5
          """)
  void roundsMustFitShardsCheckpointsAndEvaluations(String key, String problem) {
    assertThat(
            problems(
                new PretrainJob(),
                "train.exchange.mode=rounds",
                "train.exchange.innerSteps=2",
                key))
        .singleElement()
        .asString()
        .endsWith(": " + problem);
  }

  @Test
  void theTokenizerIsNotTrainedInRounds() {
    assertThat(problems(new TrainTokenizerJob(), "train.exchange.mode=rounds"))
        .singleElement()
        .asString()
        .startsWith("command line: train.exchange.mode must be synchronous: ");
  }

  @Test
  void theTokenizerHasNoBoxesToRead() {
    assertThat(
            problems(new TrainTokenizerJob(), "train.eval.accuracy=true", "train.eval.every=100"))
        .containsExactly("command line: train.eval.accuracy is for models that read boxes");
  }

  private static List<String> problems(Job<?> job, String... more) {
    var keys =
        Stream.concat(Stream.of("data=d", "tokenizer=t", "out=o"), Stream.of(more))
            .filter(key -> job instanceof PretrainJob || !key.startsWith("tokenizer="))
            .toList();
    var settings = Settings.load(job.section(), List.of(), keys);
    var thrown =
        catchThrowableOfType(SettingsException.class, () -> settings.bind(job.settingsType()));
    assertThat(thrown).isNotNull();
    return thrown.problems();
  }
}
