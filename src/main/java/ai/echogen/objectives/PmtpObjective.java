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
        : groups(decoder.parameters(), decoder.config().layers());
  }

  /** The transformer's weights: each layer's matrices, the other matrices, and the rest. */
  static List<ParameterGroup> groups(DecoderParameters parameters, int layers) {
    var groups = new ArrayList<ParameterGroup>();
    for (var chunk : parameters.chunks().subList(0, DecoderParameters.MATRICES_A_LAYER * layers)) {
      groups.add(
          new ParameterGroup(
              Role.HIDDEN_MATRIX, chunk.offset(), chunk.shape().get(0), chunk.shape().get(1)));
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
  public Result gradient(NDManager manager, NDArray weights, MicroShard<LayoutTokens> shard) {
    double imageScale = 1.0 / count(shard.batch(), sample -> sample.codes().length);
    double boxScale = 1.0 / Math.max(1, count(shard.batch(), PmtpObjective::numAsked));
    var scale = new float[] {(float) imageScale, (float) (settings.groundingWeight() * boxScale)};
    var gradient = manager.zeros(weights.getShape());
    double image = 0;
    double box = 0;
    int size = shard.samples().size();
    int parts = Math.min(size, settings.accumulate());
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) part * size / parts);
      int to = (int) ((long) (part + 1) * size / parts);
      var sums = addGradient(gradient, weights, shard, from, to, scale);
      image += sums[0] * imageScale;
      box += sums[1] * boxScale;
    }
    return new Result(
        gradient,
        new double[] {image + settings.groundingWeight() * box, image, box},
        new NDList());
  }

  /**
   * Adds the gradient of some of a micro-shard's samples.
   *
   * @return the summed cross-entropies of codes and of boxes
   */
  private float[] addGradient(
      NDArray gradient,
      NDArray weights,
      MicroShard<LayoutTokens> shard,
      int from,
      int to,
      float[] scale) {
    var samples = shard.samples().subList(from, to);
    int pad = decoder.ids().pad();
    try (var scope = gradient.getManager().newSubManager()) {
      var text = PaddedIds.left(texts(shard, from, to), pad);
      var question = PaddedIds.right(samples.stream().map(s -> s.question().ids()).toList(), pad);
      var targets =
          PaddedIds.right(
              samples.stream().map(s -> s.question().targets()).toList(), Question.NOTHING);
      var codes = PaddedIds.right(samples.stream().map(LayoutTokens::codes).toList(), 0);
      return script
          .call(
              scope,
              settings.checkpointing() ? "pmtp_checkpointed" : "pmtp",
              frozen.map(Weights::flat).orElse(weights),
              weights,
              gradient,
              text.ids(scope),
              text.lengths(scope),
              codes.ids(scope),
              images(scope, samples),
              question.ids(scope),
              question.lengths(scope),
              targets.ids(scope),
              scope.create(scale))
          .get(0)
          .toFloatArray();
    }
  }

  /** The drawing texts, some of them blanked: which, is a function of the sample's place. */
  private List<int[]> texts(MicroShard<LayoutTokens> shard, int from, int to) {
    var texts = new ArrayList<int[]>();
    for (int i = from; i < to; i++) {
      var random = CounterRandom.of(shard.seed(), DROPOUT, shard.step(), shard.from() + i);
      var text = shard.samples().get(i).text();
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

  private static long count(
      List<LayoutTokens> batch, java.util.function.ToIntFunction<LayoutTokens> number) {
    return batch.stream().mapToLong(number::applyAsInt).sum();
  }
}
