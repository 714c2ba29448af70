package ai.echogen.objectives;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.objectives.PmtpMemory.Lengths;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a thread's passes hold, counted by hand. */
class PmtpMemoryTest {
  private static final ImageCodes CODES = new ImageCodes(100, 4, 9);
  private static final DecoderConfig SIZES =
      new DecoderConfig(8, 12, 3, 2, 2, 4, 1e-6, 1e4, 128, 2, false, false);
  private static final Lengths LONGEST = new Lengths(5, 7, 4);
  private static final long P = parameters().layout().size();

  /** A token of a layer: 6 widths, 3 + 3 of attention, 4 of feed-forward, 2 heads. */
  private static final long LAYER = 6 * 8 + 3 * 8 + 3 * 8 + 4 * 12 + 2;

  private static final long ROTARY = 4 * 8;

  @Test
  void aPassHoldsWhatAutogradKeepsAndAGradientOfEachWeight() {
    int samples = 1000;
    long tokens = 5 + 10 + 7;
    long sequence = tokens * (3 * LAYER + ROTARY + 2 * tokens);
    long heads = 9 * (2 * 8 + 4 * 8 + 3 * 100) + 7 * 2 * 8 + 4 * (8 + 3 * 50);
    long scratch = tokens * 4 * 12;
    assertThat(memory(AttentionForm.LAYERED, plain(1)).bytes(samples, LONGEST))
        .isEqualTo(4 * (samples * (sequence + heads + scratch) + P));
  }

  @Test
  void partsOfAMicroShardAreComputedOneAfterTheOther() {
    var whole = memory(AttentionForm.SEPARATE, plain(1));
    var parts = memory(AttentionForm.SEPARATE, plain(4));
    assertThat(parts.bytes(1000, LONGEST)).isEqualTo(whole.bytes(250, LONGEST));
    assertThat(parts.bytes(2, LONGEST)).isEqualTo(whole.bytes(1, LONGEST));
  }

  @Test
  void checkpointingKeepsOneWidthALayer() {
    var plain = memory(AttentionForm.LAYERED, plain(1)).bytes(1000, LONGEST);
    var again =
        memory(AttentionForm.LAYERED, new PmtpObjective.Settings(0, 1, 1, true, 1))
            .bytes(1000, LONGEST);
    assertThat(again).isLessThan(plain * 2 / 3);
  }

  @Test
  void theTokenizersConvolutionsKeepTheirInputs() {
    var network = new VqConfig(2, List.of(1, 1), 1, 3, 3, 2, 4, 5, 2, 1, 1, false);
    // Encoder, 4 × 4 then 2 × 2 places; decoder back again; a residual block keeps 6 · 2.
    long high = 2 + 12 + 2;
    long low = 2 + 12 + 2 * 12 + 2 * 2 + 2 + 4;
    long decoded = 2 + 2 + 2 * 12 + 2 * 12;
    long drawn = 2 + 2 + 2 * 12 + 2 * 2 + 3;
    long kept = 16 * (high + drawn) + 4 * (low + decoded);
    assertThat(new VqNetwork(network).keptNumbers()).isEqualTo(kept);
    assertThat(VqMemory.bytes(network, 1000))
        .isEqualTo(4 * (1000 * (kept + 3 * 3 * 16) + new VqNetwork(network).layout().size()));
  }

  private static PmtpObjective.Settings plain(int accumulate) {
    return new PmtpObjective.Settings(0, 1, 1, false, accumulate);
  }

  private static PmtpMemory memory(AttentionForm form, PmtpObjective.Settings settings) {
    return new PmtpMemory(
        SIZES,
        CODES,
        50,
        form,
        parameters(),
        false,
        P,
        settings,
        Precision.FP32,
        PmtpMemory.Attention.FUSED);
  }

  private static DecoderParameters parameters() {
    return new DecoderParameters(SIZES, CODES, 50, Optional.empty());
  }
}
