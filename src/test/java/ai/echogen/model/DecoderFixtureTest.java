package ai.echogen.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.SafetensorsModel;
import ai.echogen.torch.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transformer against what transformers computes with a random checkpoint. */
class DecoderFixtureTest {
  private static final int TEXT = 19;
  private static final int MASKED = 6; // positions of row 1 that the padded case hides

  private NDManager manager;
  private SafetensorsFile golden;
  private int[] ids;
  private Decoder decoder;
  private NDArray weights;

  @BeforeEach
  void open() throws IOException {
    manager = Tensors.cpu();
    golden = SafetensorsFile.open(JanusTiny.FOLDER.resolve("golden.safetensors"));
    ids = golden.ints("text.input_ids");
    decoder = JanusTiny.decoder(ids[TEXT - 1]);
    weights = JanusTiny.weights(manager, decoder);
  }

  @AfterEach
  void close() throws IOException {
    golden.close();
    decoder.close();
    manager.close();
  }

  @Test
  void textLogitsAreThoseOfTransformers() throws IOException {
    var text = JanusTiny.ids(manager, golden, "text.input_ids");
    var logits = forward(text, new long[] {TEXT, TEXT}, noCodes(2)).get(0);
    assertClose(logits, golden.floats("text.logits"));
  }

  @Test
  void paddingChangesNothing() throws IOException {
    var left = Arrays.copyOfRange(ids, TEXT + MASKED, 2 * TEXT);
    var rows = PaddedIds.left(List.of(Arrays.copyOf(ids, TEXT), left), 0);
    var logits =
        decoder
            .forward(manager, weights, rows.ids(manager), rows.lengths(manager), noCodes(2))
            .get(0);
    var expected = golden.floats("padded.logits");
    int row = expected.length / 2;
    assertClose(logits.get(0), Arrays.copyOf(expected, row));
    int vocabulary = row / TEXT;
    assertClose(
        logits.get("1, {}:{}", MASKED, TEXT),
        Arrays.copyOfRange(expected, row + MASKED * vocabulary, 2 * row));
  }

  @Test
  void codeEmbeddingsAndImageLogitsAreThoseOfTransformers() throws IOException {
    var text = JanusTiny.ids(manager, golden, "text.input_ids");
    var codes = JanusTiny.ids(manager, golden, "gen.codes");
    var results = forward(text, new long[] {TEXT, TEXT}, codes);
    assertClose(results.get(2), golden.floats("gen.code_embeddings"));
    assertClose(
        results.get(1).get(":, {}:{}", TEXT - 1, TEXT - 1 + 16), golden.floats("gen.logits"));
  }

  /** Greedy, so that a cache or a guidance gone wrong shows in some code of sixteen. */
  @Test
  void guidedGreedyCodesAreThoseOfTransformers() throws IOException {
    var drawing =
        decoder.draw(
            manager,
            weights,
            List.of(Arrays.copyOf(ids, TEXT - 1)), // draw adds <begin_of_image>
            new double[1][decoder.codes().perImage()],
            new Decoder.Sampling(0, 0, 1, 3));
    assertThat(drawing.codes().get(0)).containsExactly(golden.ints("cfg_greedy.codes"));
  }

  @Test
  void theCheckpointHasEveryParameterInItsShape() throws IOException {
    try (var checkpoint = SafetensorsModel.open(JanusTiny.FOLDER)) {
      var theirs =
          checkpoint.names().stream()
              .filter(name -> !name.matches("model\\.(vqmodel|vision_model|aligner)\\..*"))
              .toList();
      assertThat(decoder.parameters().layout().parameters())
          .extracting(parameter -> parameter.name())
          .containsExactlyInAnyOrderElementsOf(theirs);
    }
  }

  private List<NDArray> forward(NDArray text, long[] lengths, NDArray codes) {
    return decoder.forward(manager, weights, text, manager.create(lengths), codes);
  }

  private NDArray noCodes(int batch) {
    return manager.create(new long[0], new Shape(batch, 0));
  }

  /** Within 1e-4 of the largest entry, the fixture's tolerance. */
  private static void assertClose(NDArray actual, float[] expected) {
    var values = actual.toFloatArray();
    assertThat(values).hasSameSizeAs(expected);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(values[i] - expected[i]));
    }
    assertThat(worst).isLessThan(1e-4 * largest);
  }
}
