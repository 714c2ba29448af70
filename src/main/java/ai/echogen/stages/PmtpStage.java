package ai.echogen.stages;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.Decoder;
import ai.echogen.model.DecoderParameters;
import ai.echogen.model.PaddedIds;
import ai.echogen.stages.ParameterGroup.Role;
import ai.echogen.tokens.Question;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parallel multi-task pre-training: drawing and grounding of the same samples in one step.
 *
 * <p>Loss: mean cross-entropy of the image codes plus {@code groundingWeight} times the mean
 * cross-entropy of the location tokens; {@code L = CE(X_i, Y_i) + CE(X_g, Y_g)} with unit weights
 * in the paper. It departs from the paper where the paper is silent: see {@link
 * ai.echogen.model.AttentionForm} for how the two tasks share the image tokens, and the
 * unconditional branch of guidance is trained by blanking the text of some samples as Janus blanks
 * it when drawing.
 */
public final class PmtpStage implements Stage<LayoutTokens> {
  /**
   * @param conditionDropout share of samples whose drawing text is blanked
   * @param groundingWeight weight of the grounding loss
   */
  public record Settings(double conditionDropout, double groundingWeight) {
    public Settings {
      new Check()
          .that(
              "conditionDropout",
              conditionDropout >= 0 && conditionDropout <= 1,
              "must be in [0, 1], got " + conditionDropout)
          .that("groundingWeight", groundingWeight >= 0, "must be >= 0, got " + groundingWeight)
          .orThrow();
    }
  }

  private static final long DROPOUT = 0x64726f70; // keeps this stream apart from the others

  private final Decoder decoder;
  private final Settings settings;
  private final Script script;

  /** The caller keeps and closes {@code decoder}. */
  public PmtpStage(Decoder decoder, Settings settings) {
    this.decoder = decoder;
    this.settings = settings;
    this.script =
        Script.compile(
            decoder.source() + Script.text(PmtpStage.class, "pmtp.ts", decoder.constants()));
  }

  @Override
  public ParameterLayout layout() {
    return decoder.parameters().layout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return groups(decoder.parameters(), decoder.config().layers());
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
    double boxScale = 1.0 / Math.max(1, count(shard.batch(), PmtpStage::numAsked));
    var samples = shard.samples();
    var texts = new ArrayList<int[]>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      var random = CounterRandom.of(shard.seed(), DROPOUT, shard.step(), shard.from() + i);
      var text = samples.get(i).text();
      texts.add(
          random.nextDouble() < settings.conditionDropout()
              ? PaddedIds.withoutCondition(text, decoder.ids().pad())
              : text);
    }
    try (var scope = manager.newSubManager()) {
      var text = PaddedIds.left(texts, decoder.ids().pad());
      var codes = PaddedIds.right(samples.stream().map(LayoutTokens::codes).toList(), 0);
      var question =
          PaddedIds.right(
              samples.stream().map(s -> s.question().ids()).toList(), decoder.ids().pad());
      var targets =
          PaddedIds.right(
              samples.stream().map(s -> s.question().targets()).toList(), Question.NOTHING);
      var scale = new float[] {(float) imageScale, (float) (settings.groundingWeight() * boxScale)};
      var results =
          script.call(
              scope,
              "pmtp",
              weights,
              text.ids(scope),
              text.lengths(scope),
              codes.ids(scope),
              question.ids(scope),
              question.lengths(scope),
              targets.ids(scope),
              scope.create(scale));
      var sums = results.get(1).toFloatArray();
      double image = sums[0] * imageScale;
      double box = sums[1] * boxScale;
      var gradient = results.get(0);
      gradient.attach(manager);
      return new Result(
          gradient,
          new double[] {image + settings.groundingWeight() * box, image, box},
          new NDList());
    }
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
