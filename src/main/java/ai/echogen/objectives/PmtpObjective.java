package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.model.vq.VqTokenizer;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.tokens.Question;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Parallel multi-task pre-training: drawing and grounding of the same samples in one step.
 *
 * <p>Loss: mean cross-entropy of the image codes plus {@code groundingWeight} times the mean
 * cross-entropy of the location tokens; {@code L = CE(X_i, Y_i) + CE(X_g, Y_g)} with unit weights
 * in the paper. It departs from the paper where the paper is silent: see {@link
 * ai.echogen.model.decoder.AttentionForm} for how the two tasks share the image tokens, and the
 * unconditional branch of guidance is trained by blanking the text of some samples as Janus blanks
 * it when drawing.
 */
public final class PmtpObjective implements Objective<LayoutTokens> {
  /**
   * @param conditionDropout share of samples whose drawing text is blanked
   * @param groundingWeight weight of the grounding loss
   * @param checkpointing whether the backward pass computes each layer again, for less memory
   * @param accumulate parts in which a micro-shard is computed, one after the other, for less
   *     memory
   */
  public record Settings(
      double conditionDropout, double groundingWeight, boolean checkpointing, int accumulate)
      implements java.io.Serializable {
    public Settings {
      new Check()
          .that(
              "conditionDropout",
              conditionDropout >= 0 && conditionDropout <= 1,
              "must be in [0, 1], got " + conditionDropout)
          .that("groundingWeight", groundingWeight >= 0, "must be >= 0, got " + groundingWeight)
          .that("accumulate", accumulate > 0, "must be > 0, got " + accumulate)
          .orThrow();
    }
  }

  private static final long DROPOUT = 0x64726f70; // keeps this stream apart from the others

  private final Decoder decoder;
  private final Settings settings;
  private final Optional<Weights> frozen;
  private final Script script;

  /** Trains the whole model. The caller keeps and closes {@code decoder}. */
  public PmtpObjective(Decoder decoder, Settings settings) {
    this(decoder, settings, Optional.empty());
  }

  /**
   * Trains an adapter of frozen weights.
   *
   * @param decoder one with an adapter; the caller keeps and closes both
   */
  public PmtpObjective(Decoder decoder, Settings settings, Weights frozen) {
    this(decoder, settings, Optional.of(frozen));
  }

  private PmtpObjective(Decoder decoder, Settings settings, Optional<Weights> frozen) {
    if (decoder.adapter().isPresent() != frozen.isPresent()) {
      throw new IllegalStateException("an adapter needs frozen weights, and only an adapter");
    }
    if (decoder.vision().isPresent() && decoder.form() != AttentionForm.SEPARATE) {
      throw new IllegalArgumentException(
          "form must be separate where images are read through the vision encoder, got "
              + decoder.form().key());
    }
    this.decoder = decoder;
    this.settings = settings;
    this.frozen = frozen;
    var constants = new HashMap<>(decoder.constants());
    constants.put(
        "seen", decoder.vision().isPresent() ? "__torch__.embed_seen(w, images)" : "image");
    var source = decoder.source() + Script.text(PmtpObjective.class, "pmtp.script", constants);
    if (settings.checkpointing()) {
      source += Script.text(PmtpObjective.class, "pmtp-checkpointed.script", constants);
    }
    this.script = Script.compile(source);
  }

  @Override
  public ParameterLayout layout() {
    return decoder.trainedLayout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return decoder.adapter().isPresent()
        ? List.of(new ParameterGroup(Role.MATRIX, 0, layout().size(), 1))
        : groups(decoder.parameters());
  }

  /** The transformer's weights: each layer's matrices, the other matrices, and the rest. */
  static List<ParameterGroup> groups(DecoderParameters parameters) {
    var groups = new ArrayList<ParameterGroup>();
    for (var matrix : parameters.layerMatrices()) {
      groups.add(
          new ParameterGroup(Role.HIDDEN_MATRIX, matrix.offset(), matrix.rows(), matrix.columns()));
    }
    long hidden = parameters.endOfLayerMatrices();
    long matrices = parameters.endOfMatrices();
    groups.add(new ParameterGroup(Role.MATRIX, hidden, matrices - hidden, 1));
    groups.add(new ParameterGroup(Role.OTHER, matrices, parameters.layout().size() - matrices, 1));
    return groups;
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "loss.image", "loss.box");
  }

  @Override
  public long[] counts(LayoutTokens sample) {
    return new long[] {sample.numTokens(), sample.codes().length, numAsked(sample)};
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<LayoutTokens> unit) {
    var scale = scale(unit);
    var sums = new double[2];
    int size = unit.samples().size();
    int parts = Math.min(size, settings.accumulate());
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) part * size / parts);
      int to = (int) ((long) (part + 1) * size / parts);
      try (var scope = manager.newSubManager()) {
        var inputs = new ArrayList<Object>(List.of(frozen(weights), weights, gradient));
        inputs.addAll(inputs(scope, unit.samples().subList(from, to), texts(unit, from, to)));
        inputs.add(scope.create(scale));
        var name = settings.checkpointing() ? "pmtp_checkpointed" : "pmtp";
        add(script.call(scope, name, inputs.toArray()).get(0), sums);
      }
    }
    return new Outcome(metrics(unit, sums), new NDList());
  }

  @Override
  public double[] measure(NDArray weights, Unit<LayoutTokens> unit) {
    var sums = new double[2];
    try (var scope = weights.getManager().newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(frozen(weights), weights));
      var texts = unit.samples().stream().map(LayoutTokens::text).toList();
      inputs.addAll(inputs(scope, unit.samples(), texts));
      inputs.add(scope.create(scale(unit)));
      add(script.evaluate(scope, "measure", inputs.toArray()).get(0), sums);
    }
    return metrics(unit, sums);
  }

  private NDArray frozen(NDArray weights) {
    return frozen.map(Weights::flat).orElse(weights);
  }

  /** What one code's and one asked token's cross-entropy weigh in the batch's loss. */
  private float[] scale(Unit<LayoutTokens> unit) {
    return new float[] {
      (float) (1.0 / unit.totals()[1]),
      (float) (settings.groundingWeight() / Math.max(1, unit.totals()[2]))
    };
  }

  /**
   * @param sums cross-entropies of codes and of boxes
   */
  private double[] metrics(Unit<LayoutTokens> unit, double[] sums) {
    double image = sums[0] / unit.totals()[1];
    double box = sums[1] / Math.max(1, unit.totals()[2]);
    return new double[] {image + settings.groundingWeight() * box, image, box};
  }

  private static void add(NDArray part, double[] sums) {
    var values = part.toFloatArray();
    sums[0] += values[0];
    sums[1] += values[1];
  }

  /** What the script takes of samples: texts, codes, images, questions, targets. */
  private List<NDArray> inputs(NDManager scope, List<LayoutTokens> samples, List<int[]> texts) {
    int pad = decoder.ids().pad();
    var text = PaddedIds.left(texts, pad);
    var question = PaddedIds.right(samples.stream().map(s -> s.question().ids()).toList(), pad);
    var targets =
        PaddedIds.right(
            samples.stream().map(s -> s.question().targets()).toList(), Question.NOTHING);
    var codes = PaddedIds.right(samples.stream().map(LayoutTokens::codes).toList(), 0);
    return List.of(
        text.ids(scope),
        text.lengths(scope),
        codes.ids(scope),
        images(scope, samples),
        question.ids(scope),
        question.lengths(scope),
        targets.ids(scope));
  }

  /** The drawing texts, some of them blanked: which, is a function of the sample's place. */
  private List<int[]> texts(Unit<LayoutTokens> unit, int from, int to) {
    var texts = new ArrayList<int[]>();
    for (int i = from; i < to; i++) {
      var random =
          CounterRandom.of(unit.seed(), DROPOUT, unit.step(), (long) unit.firstPlace() + i);
      var text = unit.samples().get(i).text();
      texts.add(
          random.nextDouble() < settings.conditionDropout()
              ? PaddedIds.withoutCondition(text, decoder.ids().pad())
              : text);
    }
    return texts;
  }

  /** (B, S, S, 3) uint8, or something empty for a model that reads codes. */
  private NDArray images(NDManager scope, List<LayoutTokens> samples) {
    return decoder
        .vision()
        .map(
            vision ->
                VqTokenizer.bytes(
                    scope, samples.stream().map(LayoutTokens::pixels).toList(), vision.imageSize()))
        .orElseGet(() -> scope.create(new float[0]));
  }

  @Override
  public void close() {
    script.close();
  }

  private static int numAsked(LayoutTokens sample) {
    return (int)
        Arrays.stream(sample.question().targets()).filter(t -> t != Question.NOTHING).count();
  }
}
