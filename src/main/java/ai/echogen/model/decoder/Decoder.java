package ai.echogen.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqTokenizer;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The transformer: draws image codes from text and reads boxes from image codes.
 *
 * <p>It holds no weights: every call takes the flat tensor of {@link #parameters}. Thread-safe.
 * Legend: B batch, T text tokens, N codes an image, Q question tokens, P weights.
 */
public final class Decoder implements AutoCloseable {
  /** Tokens of a box that is written as text, at most: four numbers, digit by digit, and signs. */
  private static final int LONGEST_BOX = 32;

  /** In place of uniforms. */
  private static final double[][] GREEDY = {{-1}};

  private final DecoderConfig config;
  private final ImageCodes codes;
  private final TextIds ids;
  private final AttentionForm form;
  private final Precision precision;
  private final Optional<VisionConfig> vision;
  private final DecoderParameters parameters;
  private final Optional<LoraParameters> adapter;
  private final DecoderSource source;
  private final Script script;

  /** A decoder that reads images by their codes, in float32. */
  public Decoder(DecoderConfig config, ImageCodes codes, TextIds ids, AttentionForm form) {
    this(config, codes, ids, form, Optional.empty(), Optional.empty());
  }

  /** A decoder in float32. */
  public Decoder(
      DecoderConfig config,
      ImageCodes codes,
      TextIds ids,
      AttentionForm form,
      Optional<VisionConfig> vision,
      Optional<LoraConfig> lora) {
    this(config, codes, ids, form, Precision.FP32, vision, lora);
  }

  /**
   * @param precision what it computes in
   * @param vision the vision encoder that images are read through, whose weights are then among
   *     {@link #parameters}; absent to read them by their codes
   * @param lora the adapter that is trained in place of the weights, if one is
   */
  public Decoder(
      DecoderConfig config,
      ImageCodes codes,
      TextIds ids,
      AttentionForm form,
      Precision precision,
      Optional<VisionConfig> vision,
      Optional<LoraConfig> lora) {
    this.config = config;
    this.codes = codes;
    this.ids = ids;
    this.form = form;
    this.precision = precision;
    this.vision = vision;
    this.parameters = new DecoderParameters(config, codes, ids.vocabulary(), vision);
    int numChunks = parameters.chunks().size();
    this.adapter = lora.map(settings -> new LoraParameters(settings, config, numChunks, precision));
    this.source = new DecoderSource(config, ids, form, precision, vision, parameters, adapter);
    this.script = Script.compile(source.text() + source.decoding());
  }

  public DecoderConfig config() {
    return config;
  }

  public ImageCodes codes() {
    return codes;
  }

  public TextIds ids() {
    return ids;
  }

  public AttentionForm form() {
    return form;
  }

  /** What it computes in. */
  public Precision precision() {
    return precision;
  }

  /** The vision encoder that images are read through, if they are. */
  public Optional<VisionConfig> vision() {
    return vision;
  }

  public DecoderParameters parameters() {
    return parameters;
  }

  /** The adapter that is trained in place of the weights, if one is. */
  public Optional<LoraParameters> adapter() {
    return adapter;
  }

  /** How what is trained lies in its flat tensor: the weights, or an adapter of them. */
  public ParameterLayout trainedLayout() {
    return adapter.map(LoraParameters::layout).orElse(parameters.layout());
  }

  /**
   * An adapter that changes nothing yet, which the caller closes: A as PEFT draws it, uniform in
   * ±1/√inputs, and B zero.
   */
  public Weights initialAdapter(long seed) {
    var layout = adapter.orElseThrow().layout();
    var weights = Weights.zeros(layout);
    for (var parameter : layout.parameters()) {
      if (parameter.name().endsWith("lora_A.weight")) {
        var random = CounterRandom.of(seed, parameter.name().hashCode());
        double limit = 1 / Math.sqrt(parameter.shape().get(1));
        var values = new float[(int) parameter.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-limit, limit);
        }
        weights.set(parameter.name(), values);
      }
    }
    return weights;
  }

  /** Adds an adapter's change to the weights that it was trained on, in place. */
  public void merge(Weights weights, Weights trained) {
    if (trained.device().equals(weights.device())) {
      merge(weights.flat(), trained.flat());
    } else { // trained on a GPU, and the model to be written in main memory
      try (var here = trained.copyTo(weights.device())) {
        merge(weights.flat(), here.flat());
      }
    }
  }

  /**
   * The same of flat tensors.
   *
   * @param weights (P), changed in place
   * @param trained flat, of the adapter
   */
  public void merge(NDArray weights, NDArray trained) {
    try (var scope = Tensors.on(weights.getDevice())) {
      script.evaluate(scope, "merge", weights, trained); // there only if there is an adapter
    }
  }

  /**
   * Weights to start training from, which the caller closes: a pure function of the sizes, the
   * codebook and the seed.
   *
   * @param codebook (codebook, width) rows of the VQ tokenizer, row-major
   */
  public Weights initialWeights(float[] codebook, long seed) {
    return new DecoderInitial(config, codes, ids, seed).weights(parameters.layout(), codebook);
  }

  /** The decoder's functions as TorchScript, for scripts that build on them. */
  public String source() {
    return source.text();
  }

  /** What the {@code $name}s of scripts that build on {@link #source} stand for. */
  public Map<String, String> constants() {
    return source.constants();
  }

  /**
   * Logits over a plain causal prompt of text and, behind it, codes.
   *
   * @param text (B, T) int64, left-padded
   * @param lengths (B) int64
   * @param imageCodes (B, n) int64
   * @return text logits (B, T + n, vocabulary), image logits (B, T + n, codebook) and code
   *     embeddings (B, n, D), attached to {@code manager}
   */
  public NDList forward(
      NDManager manager, NDArray weights, NDArray text, NDArray lengths, NDArray imageCodes) {
    return script.evaluate(manager, "causal_logits", weights, text, lengths, imageCodes);
  }

  /**
   * Draws images of each text, guided against Janus' unconditional branch: the text with all but
   * its first token blanked.
   *
   * @param texts token ids of caption and layout, up to but without {@code <begin_of_image>}
   * @param uniforms N numbers in [0, 1) for each image, as many images of each text, one text's
   *     after the other: an image's codes depend on its own row only
   * @return the codes (B, N) and the log-probability of each under the distribution it was drawn
   *     from
   */
  public Drawing draw(
      NDManager manager,
      NDArray weights,
      List<int[]> texts,
      double[][] uniforms,
      Sampling sampling) {
    var blank = texts.stream().map(text -> PaddedIds.withoutCondition(text, ids.pad())).toList();
    return draw(manager, weights, texts, blank, uniforms, sampling);
  }

  /**
   * The same, guided against other texts, such as a negative prompt (PlanGen).
   *
   * @param against one for each text; looked at only if there is guidance
   */
  public Drawing draw(
      NDManager manager,
      NDArray weights,
      List<int[]> texts,
      List<int[]> against,
      double[][] uniforms,
      Sampling sampling) {
    int batch = uniforms.length;
    int n = codes.perImage();
    if (batch % texts.size() != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d images of %d texts are not as many of each", batch, texts.size()));
    }
    try (var scope = manager.newSubManager()) {
      var all = new ArrayList<>(texts);
      if (sampling.guidance() != 1) {
        all.addAll(against);
      }
      var rows = PaddedIds.left(all, ids.pad());
      var settings =
          new double[] {
            sampling.temperature(),
            sampling.topK(),
            sampling.topP(),
            sampling.guidance(),
            batch / texts.size()
          };
      var results =
          script.evaluate(
              scope,
              "draw",
              weights,
              rows.ids(scope),
              rows.lengths(scope),
              table(scope, uniforms, n),
              Tensors.steering(scope, settings));
      return new Drawing(
          rows(results.get(0).toLongArray(), batch, n),
          floats(results.get(1).toType(DataType.FLOAT32, false).toFloatArray(), batch, n));
    }
  }

  /**
   * Answers grounding programs: fills in what each asks for, greedily.
   *
   * @param imageCodes N codes an image
   * @param programs token ids with {@link Prompt}'s slots where something is to be read
   * @return the programs, filled; a slot for text becomes several ids
   */
  public List<int[]> ground(
      NDManager manager, NDArray weights, List<int[]> imageCodes, List<int[]> programs) {
    return ground(
        manager, weights, imageCodes.stream().map(x -> new int[0]).toList(), imageCodes, programs);
  }

  /** The same with a drawing text before the image, as in PMTP's sequence: for the leak test. */
  public List<int[]> ground(
      NDManager manager,
      NDArray weights,
      List<int[]> texts,
      List<int[]> imageCodes,
      List<int[]> programs) {
    try (var scope = manager.newSubManager()) {
      var image = PaddedIds.right(imageCodes, 0).ids(scope);
      return fill(scope, "ground", weights, texts, image, programs, GREEDY);
    }
  }

  /**
   * The same with locations drawn at temperature 1 in place of the likeliest.
   *
   * @param uniforms numbers in [0, 1): a row a program, of at least one number a slot
   */
  public List<int[]> ground(
      NDManager manager,
      NDArray weights,
      List<int[]> imageCodes,
      List<int[]> programs,
      double[][] uniforms) {
    try (var scope = manager.newSubManager()) {
      var image = PaddedIds.right(imageCodes, 0).ids(scope);
      var texts = imageCodes.stream().map(x -> new int[0]).toList();
      return fill(scope, "ground", weights, texts, image, programs, uniforms);
    }
  }

  private static NDArray table(NDManager scope, double[][] rows, int columns) {
    var values = new double[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return scope.create(values, new Shape(rows.length, columns));
  }

  /**
   * The same for images that the vision encoder reads.
   *
   * @param images RGB bytes of the encoder's {@code imageSize}, row by row
   */
  public List<int[]> groundImages(
      NDManager manager, NDArray weights, List<byte[]> images, List<int[]> programs) {
    try (var scope = manager.newSubManager()) {
      var bytes = VqTokenizer.bytes(scope, images, vision.orElseThrow().imageSize());
      var texts = images.stream().map(x -> new int[0]).toList();
      return fill(scope, "ground_images", weights, texts, bytes, programs, GREEDY);
    }
  }

  private List<int[]> fill(
      NDManager scope,
      String function,
      NDArray weights,
      List<int[]> texts,
      NDArray image,
      List<int[]> programs,
      double[][] uniforms) {
    var text = PaddedIds.left(texts, ids.pad());
    var program = PaddedIds.right(programs, ids.pad());
    var filled =
        script.evaluate(
            scope,
            function,
            weights,
            text.ids(scope),
            text.lengths(scope),
            image,
            program.ids(scope),
            program.lengths(scope),
            Tensors.steering(scope, (long) LONGEST_BOX),
            table(scope, uniforms, uniforms[0].length));
    return filled(filled, programs.size());
  }

  private static List<int[]> filled(NDList results, int batch) {
    int steps = Math.toIntExact(results.get(0).getShape().get(1));
    var rows = rows(results.get(0).toLongArray(), batch, steps);
    var counts = results.get(1).toLongArray();
    for (int i = 0; i < batch; i++) {
      rows.set(i, Arrays.copyOf(rows.get(i), (int) counts[i]));
    }
    return rows;
  }

  @Override
  public void close() {
    script.close();
  }

  /**
   * How codes are drawn.
   *
   * @param temperature 0 takes the likeliest code
   * @param topK only the likeliest so many; 0 takes all
   * @param topP only the fewest of these that together have this chance; 1 takes all
   * @param guidance weight of classifier-free guidance: u + guidance · (c − u); 1 is none
   */
  public record Sampling(double temperature, int topK, double topP, double guidance)
      implements Serializable {
    public Sampling {
      new ai.echogen.config.Check()
          .that("temperature", temperature >= 0, "must be >= 0, got " + temperature)
          .that("topK", topK >= 0, "must be >= 0, got " + topK)
          .that("topP", topP > 0 && topP <= 1, "must be in (0, 1], got " + topP)
          .that("guidance", guidance >= 0, "must be >= 0, got " + guidance)
          .orThrow();
    }
  }

  /** Codes of each image, and the log-probability of each code. */
  public record Drawing(List<int[]> codes, List<float[]> logProbabilities) {}

  public static List<int[]> rows(long[] values, int rows, int columns) {
    var result = new ArrayList<int[]>(rows);
    for (int i = 0; i < rows; i++) {
      var row = new int[columns];
      for (int j = 0; j < columns; j++) {
        row[j] = (int) values[i * columns + j];
      }
      result.add(row);
    }
    return result;
  }

  private static List<float[]> floats(float[] values, int rows, int columns) {
    var result = new ArrayList<float[]>(rows);
    for (int i = 0; i < rows; i++) {
      result.add(Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
    }
    return result;
  }
}
