package ai.echogen.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NewTokensTest {
  private static final String EMBEDDINGS = "model.language_model.embed_tokens.weight";
  private static final String OUTPUTS = "lm_head.weight";
  private static final int WIDTH = 200;

  @Test
  void newRowsLieAmongTheKnownAndAllElseStays() {
    try (var old = Weights.zeros(layout(4))) {
      old.set(OUTPUTS, rows(4, 3));
      old.set("other", new float[] {1, 2, 3});
      old.set(EMBEDDINGS, rows(4, 5));

      try (var grown = grow(old, 6, 7);
          var again = grow(old, 6, 7);
          var otherwise = grow(old, 6, 8)) {
        assertThat(grown.values("other")).containsExactly(1, 2, 3);
        for (var name : List.of(EMBEDDINGS, OUTPUTS)) {
          assertThat(Arrays.copyOf(grown.values(name), 4 * WIDTH)).isEqualTo(old.values(name));
        }
        // Known are rows 1 and 3: each column is 1 and 3 times a number, so 2 ± 1 times it.
        var outputs = Arrays.copyOfRange(grown.values(OUTPUTS), 4 * WIDTH, 5 * WIDTH);
        var embeddings = Arrays.copyOfRange(grown.values(EMBEDDINGS), 4 * WIDTH, 5 * WIDTH);
        double squares = 0;
        for (int i = 0; i < WIDTH; i++) {
          assertThat(outputs[i]).isCloseTo(2f * 3 * (i + 1), within(1e-3f));
          double z = (embeddings[i] - 2.0 * 5 * (i + 1)) / (5.0 * (i + 1));
          squares += z * z / WIDTH;
        }
        assertThat(squares).isBetween(0.7, 1.3);
        assertThat(again.sha256()).isEqualTo(grown.sha256());
        assertThat(otherwise.sha256()).isNotEqualTo(grown.sha256());
        assertThat(Arrays.copyOfRange(grown.values(EMBEDDINGS), 5 * WIDTH, 6 * WIDTH))
            .isNotEqualTo(embeddings);
      }
    }
  }

  @Test
  void spareRowsAreTakenWhereThereAreSome() {
    try (var old = Weights.zeros(layout(6))) {
      old.set(EMBEDDINGS, rows(6, 5));
      try (var grown = grow(old, 6, 7)) {
        assertThat(Arrays.copyOf(grown.values(EMBEDDINGS), 4 * WIDTH))
            .isEqualTo(Arrays.copyOf(old.values(EMBEDDINGS), 4 * WIDTH));
        assertThat(grown.values(EMBEDDINGS)).isNotEqualTo(old.values(EMBEDDINGS));
      }
    }
  }

  private static Weights grow(Weights old, int rows, long seed) {
    return NewTokens.grow(old, layout(rows), List.of(1, 3), Map.of("queen", 4, "king", 5), seed);
  }

  private static ParameterLayout layout(int rows) {
    return new ParameterLayout.Builder()
        .add(OUTPUTS, rows, WIDTH)
        .add("other", 3)
        .add(EMBEDDINGS, rows, WIDTH)
        .build();
  }

  /** Row r has r · factor · (column + 1). */
  private static float[] rows(int rows, int factor) {
    var values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i / WIDTH) * factor * (i % WIDTH + 1);
    }
    return values;
  }
}
