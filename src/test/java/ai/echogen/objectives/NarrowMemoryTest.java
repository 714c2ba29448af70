package ai.echogen.objectives;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.PmtpMemory.Attention;
import ai.echogen.objectives.PmtpMemory.Lengths;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a pass holds in bfloat16, and with attention written out, counted by hand. */
class NarrowMemoryTest {
  private static final ImageCodes CODES = new ImageCodes(100, 4, 9);
  private static final DecoderConfig SIZES =
      new DecoderConfig(8, 12, 3, 2, 2, 4, 1e-6, 1e4, 128, 2, false, false);
  private static final DecoderParameters PARAMETERS =
      new DecoderParameters(SIZES, CODES, 50, Optional.empty());
  private static final long P = PARAMETERS.layout().size();
  private static final Lengths LONGEST = new Lengths(5, 7, 4);
  private static final long TOKENS = 5 + 10 + 7;

  @Test
  void normsLogitsAndGradientsStayWide() {
    int samples = 1000;
    long layer = 4 * 4 * 8 + 2 * (2 * 8 + 3 * 8 + 3 * 8 + 4 * 12) + 4 * 2;
    long rotary = 2 * 4 * 8;
    long sequence = TOKENS * (3 * layer + rotary + 2 * 2 * TOKENS);
    long heads = 9 * (2 * 2 * 8 + 2 * 4 * 8 + 4 * 300) + 7 * 2 * 2 * 8 + 4 * (2 * 8 + 4 * 150);
    long scratch = TOKENS * 2 * 4 * 12;
    assertThat(memory(Precision.BF16, Attention.FUSED).bytes(samples, LONGEST))
        .isEqualTo(samples * (sequence + heads + scratch) + 4 * P + 2 * PARAMETERS.endOfMatrices());
  }

  @Test
  void attentionThatIsWrittenOutKeepsItsChances() {
    long fused = memory(Precision.FP32, Attention.FUSED).bytes(1, LONGEST);
    long pairs = 2 * TOKENS * TOKENS; // heads, of float32
    assertThat(memory(Precision.FP32, Attention.WRITTEN_OUT).bytes(1, LONGEST))
        .isEqualTo(fused + 4 * (3 * (pairs - 2 * TOKENS) + 2 * pairs));
  }

  @Test
  void aLayoutOfNoRegionsAsksNothing() {
    assertThat(Lengths.of(0, 64)).isEqualTo(new Lengths(0, 0, 0));
    assertThat(Lengths.of(10, 0)).isEqualTo(Lengths.most(0)).isEqualTo(new Lengths(220, 220, 160));
  }

  private static PmtpMemory memory(Precision precision, Attention attention) {
    return new PmtpMemory(
        SIZES,
        CODES,
        50,
        AttentionForm.LAYERED,
        PARAMETERS,
        false,
        P,
        new PmtpObjective.Settings(0, 1, 1, false, 1),
        precision,
        attention);
  }
}
