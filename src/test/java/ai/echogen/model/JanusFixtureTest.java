package ai.echogen.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.model.convert.Checkpoint;
import ai.echogen.model.convert.Conversion;
import ai.echogen.model.convert.Target;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.model.vq.VqTokenizer;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every part of Janus against what transformers computes with a random checkpoint. */
class JanusFixtureTest {
  /** Codes may differ where the two best scores are closer than this. */
  private static final double TIE = 1e-5;

  private NDManager manager;
  private SafetensorsFile golden;
  private JanusConfig config;
  private int[][] text;

  @BeforeEach
  void open() throws IOException {
    manager = Tensors.cpu();
    golden = SafetensorsFile.open(JanusTiny.FOLDER.resolve("golden.safetensors"));
    config = JanusTiny.config();
    text = rows("text.input_ids");
  }

  @AfterEach
  void close() throws IOException {
    golden.close();
    manager.close();
  }

  @Test
  void theCheckpointHasEveryParameterInItsShapeAndNoOther() throws IOException {
    try (var checkpoint = SafetensorsModel.open(JanusTiny.FOLDER);
        var decoder = JanusTiny.seeingDecoder()) {
      var ours = new ArrayList<String>();
      decoder.parameters().layout().parameters().forEach(p -> ours.add(p.name() + p.shape()));
      new VqNetwork(config.vq()).layout().parameters().forEach(p -> ours.add(p.name() + p.shape()));
      var theirs = new ArrayList<String>();
      for (var name : checkpoint.names()) {
        theirs.add(name + Arrays.toString(checkpoint.file(name).tensor(name).dimensions()));
      }
      assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs);
    }
  }

  @Test
  void theCheckpointComesBackWithTheSameBytesFromEitherLayout(@TempDir Path temp)
      throws IOException {
    var imported = convert(JanusTiny.FOLDER, Target.ECHOGEN, temp.resolve("imported"));
    var exported = convert(imported, Target.TRANSFORMERS, temp.resolve("exported"));
    var original = convert(imported, Target.JANUS, temp.resolve("original"));
    var back = convert(original, Target.TRANSFORMERS, temp.resolve("back"));
    try (var before = SafetensorsModel.open(JanusTiny.FOLDER);
        var after = SafetensorsModel.open(exported);
        var afterBoth = SafetensorsModel.open(back)) {
      assertThat(after.names()).isEqualTo(before.names()).isEqualTo(afterBoth.names());
      for (var name : before.names()) {
        var bytes = before.file(name).read(name);
        assertThat(after.file(name).read(name)).as(name).isEqualTo(bytes);
        assertThat(afterBoth.file(name).read(name)).as(name).isEqualTo(bytes);
      }
    }
  }

  private static Path convert(Path from, Target target, Path to) throws IOException {
    try (var source = Checkpoint.open(from)) {
      Files.createDirectories(to);
      var type = Conversion.defaultType(source, target);
      new Conversion(source, target, type, 1_000_000).write(to, bytes -> {});
      return to;
    }
  }

  @Test
  void textLogitsAreThoseOfTransformers() throws IOException {
    try (var decoder = JanusTiny.decoder(0)) {
      var logits = forward(decoder, List.of(text), noCodes()).get(0);
      assertClose(logits, golden.floats("text.logits"));
    }
  }

  @Test
  void leftPaddingIsMaskedAndNotCounted() throws IOException {
    var mask = rows("padded.attention_mask");
    var unpadded = new ArrayList<int[]>();
    for (int i = 0; i < text.length; i++) {
      int masked = text[i].length - Arrays.stream(mask[i]).sum();
      unpadded.add(Arrays.copyOfRange(text[i], masked, text[i].length));
    }
    try (var decoder = JanusTiny.decoder(0)) {
      var logits = forward(decoder, unpadded, noCodes()).get(0);
      var expected = JanusTiny.floats(manager, golden, "padded.logits");
      int length = text[0].length;
      for (int i = 0; i < text.length; i++) {
        int from = length - unpadded.get(i).length;
        assertClose(
            logits.get("{}, {}:{}", i, from, length),
            expected.get("{}, {}:{}", i, from, length).toFloatArray());
      }
    }
  }

  @Test
  void codeEmbeddingsAndImageLogitsAreThoseOfTransformers() throws IOException {
    int length = text[0].length;
    try (var decoder = JanusTiny.decoder(0)) {
      var codes = JanusTiny.ids(manager, golden, "gen.codes");
      var results = forward(decoder, List.of(text), codes);
      assertClose(results.get(2), golden.floats("gen.code_embeddings"));
      long n = codes.getShape().get(1);
      assertClose(
          results.get(1).get(":, {}:{}", length - 1, length - 1 + n), golden.floats("gen.logits"));
    }
  }

  /** Greedy, so that a cache or a guidance gone wrong shows in some code. */
  @Test
  void guidedGreedyCodesAreThoseOfTransformers() throws IOException {
    double scale = golden.floats("cfg_greedy.scale")[0];
    var prompt = text[0];
    var expected = golden.ints("cfg_greedy.codes");
    try (var decoder = JanusTiny.decoder(prompt[prompt.length - 1])) {
      var drawing =
          decoder.draw(
              manager,
              JanusTiny.weights(manager, decoder.parameters().layout()),
              List.of(Arrays.copyOf(prompt, prompt.length - 1)), // draw adds the last id
              new double[1][expected.length],
              new Decoder.Sampling(0, 0, 1, scale));
      assertSameButForTies(drawing.codes().get(0), expected, guidedScores(decoder, expected));
    }
  }

  @Test
  void latentsCodesAndPixelsAreThoseOfTransformers() throws IOException {
    try (var tokenizer = new VqTokenizer(config.vq())) {
      var weights = JanusTiny.weights(manager, tokenizer.layout());
      var pixels = JanusTiny.floats(manager, golden, "vq.pixels");
      assertClose(tokenizer.latents(manager, weights, pixels), golden.floats("vq.latents"));

      var codes = tokenizer.encode(manager, weights, pixels);
      var expected = rows("vq.codes");
      assertThat(codes.getShape()).isEqualTo(new Shape(expected.length, expected[0].length));
      for (int i = 0; i < expected.length; i++) {
        var ours = Arrays.stream(codes.get(i).toLongArray()).mapToInt(c -> (int) c).toArray();
        for (int j = 0; j < ours.length; j++) {
          if (ours[j] != expected[i][j]) {
            var likeness = likeness(i, j);
            assertThat(likeness[ours[j]]).isCloseTo(likeness[expected[i][j]], within((float) TIE));
          }
        }
      }

      var drawn = tokenizer.decode(manager, weights, JanusTiny.ids(manager, golden, "gen.codes"));
      assertClose(drawn, golden.floats("vq.decoded"));
    }
  }

  @Test
  void visionFeaturesAndLogitsBehindThemAreThoseOfTransformers() throws IOException {
    try (var decoder = JanusTiny.seeingDecoder();
        var checks =
            Script.compile(
                decoder.source()
                    + Script.text(getClass(), "vision-checks.script", decoder.constants()))) {
      var weights = JanusTiny.weights(manager, decoder.parameters().layout());
      var pixels = JanusTiny.floats(manager, golden, "vq.pixels");
      assertClose(
          checks.call(manager, "features", weights, pixels).get(0),
          golden.floats("vision.features"));

      long placeholder =
          JanusTiny.json(JanusTiny.FOLDER.resolve("config.json")).get("image_token_id").asLong();
      var logits =
          checks
              .call(
                  manager,
                  "vision_logits",
                  weights,
                  JanusTiny.ids(manager, golden, "vision.input_ids"),
                  manager.create(placeholder),
                  pixels)
              .get(0);
      assertClose(logits, golden.floats("vision.logits"));
    }
  }

  private List<NDArray> forward(Decoder decoder, List<int[]> texts, NDArray codes)
      throws IOException {
    var rows = PaddedIds.left(texts, decoder.ids().pad());
    var weights = JanusTiny.weights(manager, decoder.parameters().layout());
    return decoder.forward(manager, weights, rows.ids(manager), rows.lengths(manager), codes);
  }

  private NDArray noCodes() {
    return manager.create(new long[0], new Shape(text.length, 0));
  }

  /** Guided logits of each code of an image, given the codes before it. */
  private float[][] guidedScores(Decoder decoder, int[] codes) throws IOException {
    float scale = golden.floats("cfg_greedy.scale")[0];
    var prompt = text[0];
    var blank = PaddedIds.withoutCondition(prompt, decoder.ids().pad());
    blank[blank.length - 1] = prompt[prompt.length - 1];
    var twice = PaddedIds.right(List.of(codes, codes), 0).ids(manager);
    var logits = forward(decoder, List.of(prompt, blank), twice).get(1);
    var scores = new float[codes.length][];
    for (int i = 0; i < codes.length; i++) {
      var with = logits.get("0, {}", prompt.length - 1 + i);
      var without = logits.get("1, {}", prompt.length - 1 + i);
      scores[i] = without.add(with.sub(without).mul(scale)).toFloatArray();
    }
    return scores;
  }

  /** Up to the first tie that went the other way; what follows it may be anything. */
  private static void assertSameButForTies(int[] ours, int[] expected, float[][] scores) {
    assertThat(ours).hasSameSizeAs(expected);
    for (int i = 0; i < ours.length; i++) {
      if (ours[i] != expected[i]) {
        assertThat(scores[i][ours[i]])
            .as("score of our code %d at place %d", ours[i], i)
            .isCloseTo(scores[i][expected[i]], within((float) TIE));
        return;
      }
    }
  }

  /** How much one latent of the fixture is like each code, both scaled to length 1. */
  private float[] likeness(int image, int place) throws IOException {
    var latents = JanusTiny.floats(manager, golden, "vq.latents"); // (B, E, h, w)
    var shape = latents.getShape();
    var latent = latents.get(image).reshape(shape.get(1), -1).get(":, {}", place);
    var layout = new VqNetwork(config.vq()).layout();
    var codebook = layout.parameter(VqNetwork.CODEBOOK);
    var rows =
        JanusTiny.weights(manager, layout)
            .get("{}:{}", codebook.offset(), codebook.offset() + codebook.size())
            .reshape(new Shape(codebook.shape().stream().mapToLong(Long::longValue).toArray()));
    var lengths = rows.mul(rows).sum(new int[] {1}).sqrt();
    return rows.matMul(latent.div(latent.norm())).div(lengths).toFloatArray();
  }

  private int[][] rows(String name) throws IOException {
    int columns = (int) golden.tensor(name).dimensions()[1];
    var values = golden.ints(name);
    var rows = new int[values.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /** The fixture's tolerance. */
  private static void assertClose(NDArray actual, float[] expected) {
    Closeness.assertClose(actual.toFloatArray(), expected, 1e-4, "tensor");
  }
}
