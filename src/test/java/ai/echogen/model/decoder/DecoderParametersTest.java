package ai.echogen.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.model.decoder.DecoderParameters.LayerMatrix;
import ai.echogen.model.vision.VisionConfig;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecoderParametersTest {
  /** Four heads of 6 over two key/value heads: q is (24, 16), k and v are (12, 16). */
  private static final DecoderConfig CONFIG =
      new DecoderConfig(16, 40, 3, 4, 2, 6, 1e-6, 1e4, 512, 2, true, true);

  private static final VisionConfig VISION = new VisionConfig(8, 16, 2, 2, 8, 16, 3, 1e-6, 2, true);

  private final DecoderParameters parameters =
      new DecoderParameters(CONFIG, new ImageCodes(32, 4, 8), 50, Optional.of(VISION));

  @Test
  void everyLayerHasItsSevenMatricesApart() {
    var matrices = parameters.layerMatrices();
    assertThat(matrices).hasSize(7 * CONFIG.layers());
    assertThat(matrices.subList(7, 14))
        .extracting(m -> "%s %d×%d".formatted(m.name(), m.rows(), m.columns()))
        .containsExactly(
            "self_attn.q_proj 24×16",
            "self_attn.k_proj 12×16",
            "self_attn.v_proj 12×16",
            "self_attn.o_proj 16×24",
            "mlp.gate_proj 40×16",
            "mlp.up_proj 40×16",
            "mlp.down_proj 16×40");
  }

  @Test
  void theyFollowOneAnotherWithoutGapsAndFillTheChunksOfTheLayers() {
    long end = 0;
    var ends = new java.util.HashSet<Long>();
    for (var matrix : parameters.layerMatrices()) {
      assertThat(matrix.offset()).as(matrix.name()).isEqualTo(end);
      end = matrix.offset() + matrix.size();
      ends.add(end);
    }
    assertThat(end).isEqualTo(parameters.endOfLayerMatrices());
    var chunks =
        parameters.chunks().subList(0, DecoderParameters.MATRICES_A_LAYER * CONFIG.layers());
    assertThat(chunks).allMatch(chunk -> ends.contains(chunk.offset() + chunk.size()));
  }

  @Test
  void theyAreTheParametersOfTheirNames() {
    var matrices = parameters.layerMatrices();
    for (int i = 0; i < matrices.size(); i++) {
      var matrix = matrices.get(i);
      var named =
          parameters
              .layout()
              .parameter(
                  "model.language_model.layers.%d.%s.weight".formatted(i / 7, matrix.name()));
      assertThat(matrix)
          .isEqualTo(
              new LayerMatrix(
                  matrix.name(), named.offset(), named.shape().get(0), named.shape().get(1)));
    }
  }
}
