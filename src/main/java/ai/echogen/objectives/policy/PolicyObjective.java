package ai.echogen.objectives.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.TaskInputs;
import ai.echogen.objectives.TrainedGroups;
import ai.echogen.objectives.Unit;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Learns from drawings and their advantages: GRPO and its relatives on the tokens of an image.
 *
 * <p>A sample is a whole group, and each group is computed apart from the others: so its
 * log-probabilities have the same bits when it is drawn, on whatever executor, and when it is
 * learnt from, and the ratio of the first update is exactly 1.
 */
public final class PolicyObjective implements Objective<RolloutGroup> {
  /**
   * How.
   *
   * @param sampling that the codes were drawn with; log-probabilities are of that distribution
   * @param anchor real samples beside the drawings
   * @param guide what the policy is drawn towards
   * @param rowsAtOnce rows of logits over all codes that are held at once
   */
  public record Settings(
      PolicyLoss loss, Decoder.Sampling sampling, Anchor anchor, Guide guide, int rowsAtOnce)
      implements Serializable {
    public Settings {
      new Check()
          .that(
              "sampling.temperature",
              sampling.temperature() > 0,
              "must be > 0: the likeliest code has no gradient")
          .that("rowsAtOnce", rowsAtOnce > 0, "must be > 0, got " + rowsAtOnce)
          .orThrow();
    }
  }

  /**
   * Cross-entropy of real codes behind a context of which some are random (VA-π), and the real
   * grounding loss.
   *
   * @param weight of both; 0 for none: then no image is ever seen
   * @param noise share of the context's codes that are random
   * @param samples real samples a step
   */
  public record Anchor(double weight, double noise, int samples) implements Serializable {
    public Anchor {
      new Check()
          .that("weight", weight >= 0, "must be >= 0, got " + weight)
          .that("noise", noise >= 0 && noise <= 1, "must be in [0, 1], got " + noise)
          .that("samples", samples > 0, "must be > 0, got " + samples)
          .orThrow();
    }

    public boolean isOn() {
      return weight > 0;
    }
  }

  /**
   * Draws the policy towards the model that training started from, as that draws with guidance: the
   * exact KL divergence, {@code Σ p (log p − log q)} over all codes, at the places of its own
   * drawings (on-policy distillation). No image is seen.
   *
   * @param weight of the divergence, a code; 0 for none
   * @param guidance classifier-free guidance of that model
   * @param temperature of its logits; below 1 it is surer than it was
   */
  public record Guide(double weight, double guidance, double temperature) implements Serializable {
    /** None. */
    public static final Guide NONE = new Guide(0, 1, 1);

    public Guide {
      new Check()
          .that("weight", weight >= 0, "must be >= 0, got " + weight)
          .that("guidance", guidance >= 0, "must be >= 0, got " + guidance)
          .that("temperature", temperature > 0, "must be > 0, got " + temperature)
          .orThrow();
    }

    public boolean isOn() {
      return weight > 0;
    }
  }

  private static final long NOISE = 0x6e6f697365L;
  private static final int SEQUENCES = 1;
  private static final int CODES = 2;
  private static final int ANCHOR_CODES = 3;
  private static final int ANCHOR_ASKED = 4;

  private final Decoder decoder;
  private final Settings settings;
  private final Optional<Weights> frozen;
  private final Optional<Weights> reference;
  private final Script script;

  /**
   * @param decoder in the form that the finished model is run in; the caller keeps and closes it
   * @param frozen what an adapter adapts, if one is trained; the caller keeps and closes it
   * @param reference the whole model that training started from, where there is a guide; an
   *     adapter's is what it adapts; the caller keeps and closes it
   */
  public PolicyObjective(
      Decoder decoder, Settings settings, Optional<Weights> frozen, Optional<Weights> reference) {
    if (decoder.adapter().isPresent() != frozen.isPresent()) {
      throw new IllegalStateException("an adapter needs frozen weights, and only an adapter");
    }
    if (settings.guide().isOn() && frozen.isEmpty() && reference.isEmpty()) {
      throw new IllegalStateException("a guide needs the weights that training started from");
    }
    if (decoder.vision().isPresent()) {
      throw new IllegalArgumentException(
          "Cycle RL reads drawings by their codes: not with grounding=siglip");
    }
    this.decoder = decoder;
    this.settings = settings;
    this.frozen = frozen;
    this.reference = reference;
    this.script = Script.compile(source());
  }

  private String source() {
    var constants = new HashMap<>(decoder.constants());
    constants.putAll(settings.loss().constants());
    var sampling = settings.sampling();
    boolean filters = sampling.topK() > 0 || sampling.topP() < 1;
    constants.put("temperature", Double.toString(sampling.temperature()));
    constants.put("guidance", Double.toString(sampling.guidance()));
    constants.put("is_filtered", filters ? "True" : "False");
    constants.put("top_k", Integer.toString(sampling.topK()));
    constants.put("top_p", Double.toString(sampling.topP()));
    var guide = settings.guide();
    constants.put("is_guided", guide.isOn() ? "True" : "False");
    constants.put("guide_weight", Double.toString(guide.weight()));
    constants.put("guide_guidance", Double.toString(guide.guidance()));
    constants.put("guide_temperature", Double.toString(guide.temperature()));
    constants.put("rows_at_once", Integer.toString(settings.rowsAtOnce()));
    return decoder.source()
        + Script.text(PmtpObjective.class, PmtpObjective.TASKS, constants)
        + Script.text(PolicyObjective.class, "group.script", constants)
        + Script.text(PolicyObjective.class, PolicyLoss.SCRIPT, constants)
        + Script.text(PolicyObjective.class, "policy.script", constants);
  }

  @Override
  public ParameterLayout layout() {
    return decoder.trainedLayout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return TrainedGroups.of(decoder);
  }

  /** What an adapter adapts, if one is trained. */
  public Optional<Weights> frozen() {
    return frozen;
  }

  /** The same settings, but for codes that are drawn from what the model says as it stands. */
  public Settings plainSettings() {
    var plain = new Decoder.Sampling(1, 0, 1, 1);
    return new Settings(
        settings.loss(), plain, settings.anchor(), Guide.NONE, settings.rowsAtOnce());
  }

  @Override
  public List<String> metrics() {
    return List.of(
        "loss",
        "kl",
        "entropy",
        "clip_ratio/low_mean",
        "clip_ratio/high_mean",
        "clip_ratio/region_mean",
        "anchor.image",
        "anchor.box",
        "guide_kl");
  }

  @Override
  public long[] counts(RolloutGroup group) {
    int n = decoder.codes().perImage();
    long anchorCodes = group.anchors().stream().mapToLong(sample -> sample.codes().length).sum();
    long asked = group.anchors().stream().mapToLong(TaskInputs::numAsked).sum();
    long anchorTokens = group.anchors().stream().mapToLong(LayoutTokens::numTokens).sum();
    return new long[] {
      group.text().length + (long) group.size() * n + anchorTokens,
      group.numCounted(),
      (long) group.numCounted() * n,
      anchorCodes,
      asked
    };
  }

  /**
   * The log-probabilities (G, N) of codes that were drawn after a text, with the bits that they
   * have in {@link #accumulate}.
   *
   * @param weights flat (P), of what is trained
   */
  public float[][] logProbabilities(NDArray weights, int[] text, List<int[]> codes) {
    try (var scope = weights.getManager().newSubManager()) {
      var lp =
          script
              .evaluate(
                  scope,
                  "log_probabilities",
                  base(weights),
                  weights,
                  text(scope, text),
                  PaddedIds.right(codes, 0).ids(scope))
              .get(0);
      return rows(lp.toFloatArray(), codes.size());
    }
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<RolloutGroup> unit) {
    var sums = new double[metrics().size()];
    for (var group : unit.samples()) {
      addPolicy(manager, gradient, weights, unit, group, sums);
      if (settings.anchor().isOn() && !group.anchors().isEmpty()) {
        addAnchor(manager, gradient, weights, unit, group, sums);
      }
    }
    return new Outcome(sums, new NDList());
  }

  private void addPolicy(
      NDManager manager,
      NDArray gradient,
      NDArray weights,
      Unit<RolloutGroup> unit,
      RolloutGroup group,
      double[] sums) {
    int n = decoder.codes().perImage();
    double weight = settings.loss().type().weight(n, n, size(unit), sizeOfBatch(unit));
    try (var scope = manager.newSubManager()) {
      var old = table(scope, group.old());
      var results =
          script.call(
              scope,
              "policy",
              base(weights),
              weights,
              frozen.or(() -> reference).map(Weights::flat).orElse(weights),
              guide(scope, weights),
              gradient,
              text(scope, group.text()),
              text(scope, group.text(), settings.guide().isOn()),
              PaddedIds.right(Arrays.asList(group.codes()), 0).ids(scope),
              old,
              group.reference().length == 0 ? old : table(scope, group.reference()),
              table(scope, group.advantages()),
              mask(scope, group, n),
              scope.full(new Shape(group.size(), 1), (float) weight));
      var rows = rows(results.get(0).toFloatArray(), group.size());
      sums[0] += results.get(1).getFloat();
      double codes = Math.max(1, unit.totals()[CODES]);
      double moved = 0;
      for (var row : rows) {
        sums[1] += row[1] / codes;
        sums[2] += row[2] / codes;
        sums[3] += row[3] / codes;
        sums[4] += row[4] / codes;
        sums[5] += (row[3] + row[4]) / codes;
        moved += row[5];
        sums[8] += row[6] / codes;
      }
      if (unit.step() == group.step() && moved > 0) {
        throw new IllegalStateException(
            "%.0f of %d log-probabilities differ from those of the drawing before the first update: the ratio is not 1; the two were not computed by the same weights and kernels"
                .formatted(moved, (long) group.numCounted() * n));
      }
    }
  }

  private void addAnchor(
      NDManager manager,
      NDArray gradient,
      NDArray weights,
      Unit<RolloutGroup> unit,
      RolloutGroup group,
      double[] sums) {
    double weight = settings.anchor().weight();
    double codes = Math.max(1, unit.totals()[ANCHOR_CODES]);
    double asked = Math.max(1, unit.totals()[ANCHOR_ASKED]);
    var scale = new float[] {(float) (weight / codes), (float) (weight / asked)};
    try (var scope = manager.newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(base(weights), weights, gradient));
      inputs.addAll(new TaskInputs(decoder).of(scope, group.anchors()));
      inputs.add(PaddedIds.right(noisy(unit, group), 0).ids(scope));
      inputs.add(scope.create(scale));
      var losses = script.call(scope, "anchor", inputs.toArray()).get(0).toFloatArray();
      sums[0] += losses[0] * scale[0] + losses[1] * scale[1];
      sums[6] += losses[0] / codes;
      sums[7] += losses[1] / asked;
    }
  }

  /** The anchors' codes, some of them random: which, is a function of step and sample. */
  private List<int[]> noisy(Unit<RolloutGroup> unit, RolloutGroup group) {
    var noisy = new ArrayList<int[]>();
    for (int i = 0; i < group.anchors().size(); i++) {
      var codes = group.anchors().get(i).codes().clone();
      var random =
          CounterRandom.of(unit.seed(), NOISE, unit.step(), Arrays.hashCode(group.text()), i);
      for (int j = 0; j < codes.length; j++) {
        boolean isRandom = random.nextDouble() < settings.anchor().noise();
        int other = random.nextInt(decoder.codes().codebook());
        codes[j] = isRandom ? other : codes[j];
      }
      noisy.add(codes);
    }
    return noisy;
  }

  /** Not measured: what counts is the reward of drawings that are made for it. */
  @Override
  public double[] measure(NDArray weights, Unit<RolloutGroup> unit) {
    throw new UnsupportedOperationException("a policy is measured by its rewards");
  }

  private LossType.Size size(Unit<RolloutGroup> unit) {
    long sequences = unit.samples().stream().mapToLong(RolloutGroup::numCounted).sum();
    return new LossType.Size(sequences, sequences * decoder.codes().perImage());
  }

  private static LossType.Size sizeOfBatch(Unit<RolloutGroup> unit) {
    return new LossType.Size(unit.totals()[SEQUENCES], unit.totals()[CODES]);
  }

  /** (G, N): 1 where a code counts. */
  private static NDArray mask(NDManager scope, RolloutGroup group, int n) {
    var mask = new float[group.size()][n];
    for (int i = 0; i < mask.length; i++) {
      Arrays.fill(mask[i], group.counted()[i] ? 1 : 0);
    }
    return table(scope, mask);
  }

  private NDArray base(NDArray weights) {
    return frozen.map(Weights::flat).orElse(weights);
  }

  /** What is trained, of the guide: the weights that training started from, or no adapter. */
  private NDArray guide(NDManager scope, NDArray weights) {
    if (frozen.isEmpty()) {
      return reference.map(Weights::flat).orElse(weights);
    }
    return scope.zeros(weights.getShape()); // an adapter whose second factor is 0 changes nothing
  }

  private NDArray text(NDManager scope, int[] text) {
    return text(scope, text, settings.sampling().guidance() != 1);
  }

  /** (U, T): the text, and where there is guidance the blank one that it leads away from. */
  private NDArray text(NDManager scope, int[] text, boolean isGuided) {
    var texts =
        isGuided
            ? List.of(text, PaddedIds.withoutCondition(text, decoder.ids().pad()))
            : List.of(text);
    return PaddedIds.left(texts, decoder.ids().pad()).ids(scope);
  }

  private static NDArray table(NDManager scope, float[][] rows) {
    int columns = rows[0].length;
    var values = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return scope.create(values, new Shape(rows.length, columns));
  }

  private static float[][] rows(float[] values, int count) {
    int columns = values.length / count;
    var rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  @Override
  public boolean hashesGradients() {
    return true;
  }

  @Override
  public void close() {
    script.close();
  }
}
