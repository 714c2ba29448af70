package ai.echogen.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.plan.Forecast;
import ai.echogen.train.plan.PlannedModel;
import ai.echogen.train.plan.PlannedRun.Stage;
import ai.echogen.train.plan.PlannedRuns;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a plan computes, beside what the benchmarks measured (docs/performance.md, docs/plan.md).
 */
class PlanAgainstBenchTest {
  /** Peak memory of steps of 8 samples in 4 micro-shards on a processor, GB. */
  @ParameterizedTest
  @CsvSource({
    "1M,   1, false,  0, SEPARATE, 0.48",
    "1M,   2, false,  0, SEPARATE, 0.51",
    "1M,   4, false,  0, SEPARATE, 0.63",
    "10M,  1, false,  0, SEPARATE, 0.82",
    "10M,  2, false,  0, SEPARATE, 0.98",
    "10M,  4, false,  0, SEPARATE, 1.25",
    "10M,  2, false,  0, LAYERED,  0.96",
    "158M, 1, false,  0, SEPARATE, 5.55",
    "158M, 2, false,  0, SEPARATE, 7.22",
    "158M, 4, false,  0, SEPARATE, 9.36",
    "158M, 2, true,   0, SEPARATE, 5.33",
    "158M, 2, false, 16, SEPARATE, 2.33"
  })
  void memoryIsWithinASeventhOfWhatWasMeasured(
      String size, int threads, boolean checkpointing, int rank, AttentionForm form, double gb) {
    var runs = PlannedRuns.onCores(threads);
    var lora = rank == 0 ? null : new LoraConfig(rank, 16, LoraConfig.MODULES);
    runs.model = model(size, BenchSamples.DEMO_CODES).with(Optional.ofNullable(lora));
    runs.form = form;
    runs.microShards = Optional.of(4);
    runs.pmtp = new PmtpObjective.Settings(0.1, 1, 1, checkpointing, 1);
    runs.longest = longest(16, BenchSamples.DEMO_CODES);
    double computed = new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).sum() / 1e9;
    assertThat(computed / gb).isCloseTo(1, within(0.15));
  }

  /** A step of 27 M weights, 4 samples of 256 codes, on a processor: 1.95 GB and 1.70 GB. */
  @ParameterizedTest
  @CsvSource({"FP32, 1.95", "BF16, 1.70"})
  void bfloat16NeedsLess(Precision precision, double gb) {
    var codes = new ImageCodes(1024, 8, 256);
    var runs = PlannedRuns.onCores(1);
    runs.model = model("27M", codes);
    runs.precision = precision;
    runs.batch = 4;
    runs.microShards = Optional.of(1);
    runs.longest = longest(8, codes);
    double computed = new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).sum() / 1e9;
    assertThat(computed / gb).isCloseTo(1, within(0.15));
  }

  /** The same of DJO, 512 rows of logits at once: 2.47 GB. */
  @Test
  void djoHoldsTheDrawingAndBothReadings() {
    var codes = new ImageCodes(1024, 8, 256);
    var runs = PlannedRuns.onCores(1);
    runs.stage = Stage.DJO;
    runs.model = model("27M", codes);
    runs.batch = 4;
    runs.microShards = Optional.of(1);
    runs.rowsAtOnce = 512;
    runs.longest = longest(4, codes);
    double computed = new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).sum() / 1e9;
    assertThat(computed / 2.47).isCloseTo(1, within(0.15));
  }

  /** One H200, older commits: a step of 8 samples of 256 codes in float32 took 17.2 GB of it. */
  @Test
  void aGpuKeepsAttentionsChances() {
    var codes = new ImageCodes(16384, 8, 256);
    var runs = new PlannedRuns();
    runs.model = model("300M", codes);
    runs.attention = Attention.WRITTEN_OUT;
    runs.microShards = Optional.of(1);
    runs.longest = longest(8, codes);
    double computed = new Forecast(runs.run(), 1).memory(Mode.SYNCHRONOUS).sum() / 1e9;
    assertThat(computed / 17.2).isCloseTo(1, within(0.15));
  }

  private static Lengths longest(int samples, ImageCodes codes) {
    return Lengths.longest(BenchSamples.of(1, samples, codes, 0).samples());
  }

  private static PlannedModel model(String size, ImageCodes codes) {
    var sizes =
        switch (size) {
          case "1M" -> sizes(128, 352, 4, 32);
          case "10M" -> sizes(384, 1024, 5, 32);
          case "27M" -> sizes(512, 1408, 8, 64);
          case "158M" -> sizes(1024, 2816, 12, 64);
          case "300M" -> sizes(1024, 2816, 20, 64);
          default -> throw new IllegalStateException(size);
        };
    int vocabulary = size.equals("300M") ? 16384 : 230;
    return new PlannedModel(sizes, codes, vocabulary, 64, Optional.empty());
  }

  private static DecoderConfig sizes(int hidden, int intermediate, int layers, int headWidth) {
    int heads = hidden / headWidth;
    return new DecoderConfig(
        hidden, intermediate, layers, heads, heads, headWidth, 1e-6, 1e4, 2048, 2, false, false);
  }
}
