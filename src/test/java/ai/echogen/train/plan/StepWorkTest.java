package ai.echogen.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.objectives.PmtpMemory.Lengths;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.objectives.djo.DjoObjective.Estimator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The products of a tiny transformer, counted by hand. */
class StepWorkTest {
  /** D = 8, F = 12, L = 3, H = 2, G = 1, K = 4; 9 codes of 100, of width 5; 50 words. */
  private static final DecoderConfig SIZES =
      new DecoderConfig(8, 12, 3, 2, 1, 4, 1e-6, 1e4, 128, 2, false, false);

  private static final PlannedModel WHOLE =
      new PlannedModel(SIZES, new ImageCodes(100, 5, 9), 50, 64, Optional.empty());
  private static final Lengths SAMPLE = new Lengths(5, 7, 4);

  /** Weights of a layer: q, k and v; output; gate, up and down. */
  private static final double QKV = 8 * (8 + 4 + 4);

  private static final double OUT = 8 * 8;
  private static final double FEED = 3 * 8 * 12;

  private static final double ALIGNER = 2 * 9 * (5 * 8 + 8 * 8);
  private static final double IMAGE_HEAD = 2 * 9 * (8 * 8 + 8 * 100);
  private static final double TEXT_HEAD = 2 * 4 * 8 * 50;

  @Test
  void separateSequencesAreComputedOneByOne() {
    // Text and codes but the last: 5 + 9 tokens, of which 9 predict; 10 + 7 tokens, of which 7 do.
    double layers = sequence(14, 9) + sequence(17, 7);
    var work = new StepWork(WHOLE, false).pmtp(AttentionForm.SEPARATE, SAMPLE);
    assertThat(work.forward()).isEqualTo(layers + ALIGNER + IMAGE_HEAD + TEXT_HEAD);
    assertThat(work.backward()).isEqualTo(2 * work.forward());
    assertThat(work.again()).isZero();
    assertThat(work.adapter()).isZero();
  }

  @Test
  void sharedFormsAreOneSequence() {
    double layers = sequence(5 + 10 + 7, 10 + 7);
    assertThat(new StepWork(WHOLE, false).pmtp(AttentionForm.LAYERED, SAMPLE).forward())
        .isEqualTo(layers + ALIGNER + IMAGE_HEAD + TEXT_HEAD);
    double twice = sequence(5 + 20 + 7, 20 + 7);
    assertThat(new StepWork(WHOLE, false).pmtp(AttentionForm.TWO_COPIES, SAMPLE).forward())
        .isEqualTo(twice + ALIGNER + IMAGE_HEAD + TEXT_HEAD);
  }

  @Test
  void checkpointingComputesTheLayersOnceMore() {
    var plain = new StepWork(WHOLE, false).pmtp(AttentionForm.LAYERED, SAMPLE);
    var again = new StepWork(WHOLE, true).pmtp(AttentionForm.LAYERED, SAMPLE);
    assertThat(again.again()).isEqualTo(sequence(22, 17));
    assertThat(again.forward() + again.backward()).isEqualTo(plain.total());
  }

  @Test
  void frozenMatricesHaveNoGradientOfTheirOwn() {
    var lora = new LoraConfig(2, 16, List.of("q_proj", "down_proj"));
    var adapted = new StepWork(WHOLE.with(Optional.of(lora)), false);
    var work = adapted.pmtp(AttentionForm.LAYERED, SAMPLE);
    // A and B of q (8 → 8) in all rows, of down (12 → 8) in the last layer's 17 only.
    double adapter = 2 * 2 * ((8 + 8) * 3 * 22 + (12 + 8) * (2 * 22 + 17));
    double attention = attention(22, 17);
    double matrices = sequence(22, 17) - attention;
    assertThat(work.adapter()).isEqualTo(3 * adapter);
    assertThat(work.forward())
        .isEqualTo(matrices + attention + adapter + ALIGNER + IMAGE_HEAD + TEXT_HEAD);
    assertThat(work.backward())
        .isEqualTo(matrices + 2 * attention + 2 * adapter + IMAGE_HEAD + TEXT_HEAD);
    var checkpointed = new StepWork(WHOLE.with(Optional.of(lora)), true);
    assertThat(checkpointed.pmtp(AttentionForm.LAYERED, SAMPLE).adapter())
        .isCloseTo(4 * adapter, within(1e-6));
  }

  @Test
  void djoReadsWhatItDrawsAndTheRealImage() {
    double reading = sequence(17, 7) + TEXT_HEAD;
    double mixed = 2 * 9 * 100 * 5;
    var work = new StepWork(WHOLE, false).djo(djo(Estimator.GUMBEL), SAMPLE);
    double once = sequence(14, 9) + 2 * reading + 3 * ALIGNER + IMAGE_HEAD + mixed;
    assertThat(work.forward()).isEqualTo(once + IMAGE_HEAD + mixed); // without a graph before
    assertThat(work.backward()).isEqualTo(2 * once);
  }

  @Test
  void djoByPolicyReadsEachDrawing() {
    double reading = sequence(17, 7) + TEXT_HEAD;
    var work = new StepWork(WHOLE, false).djo(djo(Estimator.POLICY), SAMPLE);
    double once = sequence(14, 9) + 5 * reading + 6 * ALIGNER + IMAGE_HEAD; // 4 drawings
    assertThat(work.forward()).isEqualTo(once + IMAGE_HEAD);
    assertThat(work.backward()).isEqualTo(2 * once);
  }

  @Test
  void aGroupsTextIsComputedOnce() {
    int drawings = 3;
    double rows = 3 * 9;
    double tokens = 5 + rows;
    double pairs = rows * (5 + 9);
    double matrices = 2 * (2 * tokens * (QKV + OUT + FEED) + tokens * QKV + rows * (OUT + FEED));
    double attention = 4 * 8 * (2 * (pairs + 5 * 5) + pairs);
    double head = drawings * IMAGE_HEAD;
    var work = new StepWork(WHOLE, false).group(drawings, 1, SAMPLE, false);
    assertThat(work.forward()).isEqualTo(matrices + attention + drawings * ALIGNER + head);
    assertThat(work.backward()).isEqualTo(2 * work.forward());
    assertThat(new StepWork(WHOLE, false).group(drawings, 1, SAMPLE, true).total())
        .isEqualTo(work.total() + head);
  }

  @Test
  void aTokenLooksAtThoseBeforeIt() {
    assertThat(new StepWork(WHOLE, false).tokenForward(2, 10))
        .isEqualTo(2 * 3 * (2 * (QKV + OUT + FEED) + 4 * 10 * 8));
  }

  @Test
  void sizesAreThoseOfThePublishedModel() {
    var sizes = new DecoderConfig(2048, 5632, 24, 16, 16, 128, 1e-6, 1e4, 16384, 2, false, false);
    var janus = new PlannedModel(sizes, new ImageCodes(16384, 8, 576), 102400, 0, Optional.empty());
    assertThat(janus.size()).isEqualTo(1_694_769_152L).isEqualTo(janus.trained());
    assertThat(janus.frozen()).isZero();
    var adapter = janus.with(Optional.of(new LoraConfig(16, 16, LoraConfig.MODULES)));
    assertThat(adapter.trained()).isEqualTo(24 * 16 * (4 * (2048 + 2048) + 3 * (2048 + 5632)));
    assertThat(adapter.frozen()).isEqualTo(1_694_769_152L);
  }

  /** T tokens, of which the last layer goes on with R. */
  private static double sequence(double tokens, double rows) {
    double matrices = 2 * (2 * tokens * (QKV + OUT + FEED) + tokens * QKV + rows * (OUT + FEED));
    return matrices + attention(tokens, rows);
  }

  private static double attention(double tokens, double rows) {
    return 4 * 8 * (2 * tokens * tokens + rows * tokens);
  }

  private static DjoObjective.Settings djo(Estimator estimator) {
    return new DjoObjective.Settings(estimator, 0.5, 1, 0.3, 4, 0.1, 1, 4096);
  }
}
