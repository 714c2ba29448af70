package ai.echogen.objectives.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Layout;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.TaskInputs;
import ai.echogen.objectives.TrainedGroups;
import ai.echogen.objectives.Unit;
import ai.echogen.tokens.Question;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Learns from drawings and their advantages: GRPO and its relatives on the tokens of an image.
 *
 * <p>A sample is a whole group, and each group is computed apart from the others: so its
 * log-probabilities have the same bits when it is drawn, on whatever executor, and when it is
 * learnt from, and the ratio of the first update is exactly 1.
 */
public final class PolicyObjective implements Objective<RolloutGroup> {
  private static final long NOISE = 0x6e6f697365L;
  private static final int SEQUENCES = 1;
  private static final int CODES = 2;
  private static final int ANCHOR_CODES = 3;
  private static final int ANCHOR_ASKED = 4;
  private static final int BOX_TOKENS = 5;
  private static final int MOST_BOX_TOKENS = 4 * Layout.MAX_REGIONS;

  private final Decoder decoder;
  private final PolicySettings settings;
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
      Decoder decoder,
      PolicySettings settings,
      Optional<Weights> frozen,
      Optional<Weights> reference) {
    if (decoder.adapter().isPresent() != frozen.isPresent()) {
      throw new IllegalStateException("an adapter needs frozen weights, and only an adapter");
    }
    if (settings.guide().isOn() && frozen.isEmpty() && reference.isEmpty()) {
      throw new IllegalStateException("a guide needs the weights that training started from");
    }
    if (settings.tokens().hasBoxes() && decoder.ids().bins() == 0) {
      throw new IllegalArgumentException(
          "policy.tokens=boxes or both needs location tokens; this model writes boxes in digits");
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
        + Script.text(PolicyObjective.class, "policy.script", constants)
        + (settings.tokens().hasBoxes()
            ? Script.text(PolicyObjective.class, "policy-boxes.script", constants)
            : "");
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
  public PolicySettings plainSettings() {
    var plain = new Decoder.Sampling(1, 0, 1, 1);
    return new PolicySettings(
        settings.loss(),
        LossTokens.CODES,
        plain,
        settings.anchor(),
        Guide.NONE,
        settings.rowsAtOnce());
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
        "guide_kl",
        "box_entropy");
  }

  @Override
  public long[] counts(RolloutGroup group) {
    int n = decoder.codes().perImage();
    long anchorCodes = group.anchors().stream().mapToLong(sample -> sample.codes().length).sum();
    long asked = group.anchors().stream().mapToLong(TaskInputs::numAsked).sum();
    long anchorTokens = group.anchors().stream().mapToLong(LayoutTokens::numTokens).sum();
    return new long[] {
      group.text().length + (long) group.size() * n + readTokens(group) + anchorTokens,
      group.numCounted(),
      (long) group.numCounted() * n,
      anchorCodes,
      asked,
      (long) group.numCounted() * group.readings().tokens()
    };
  }

  private static long readTokens(RolloutGroup group) {
    return group.readings().questions().stream()
        .mapToLong(question -> group.codes()[0].length + 1L + question.ids().length)
        .sum();
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

  /**
   * The log-probabilities (G, M) of boxes that were read from images, with the bits that they have
   * in {@link #accumulate}.
   *
   * @param weights flat (P), of what is trained
   */
  public float[][] boxLogProbabilities(
      NDArray weights, List<int[]> codes, List<Question> questions) {
    try (var scope = weights.getManager().newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(base(weights), weights));
      inputs.addAll(reading(scope, codes, questions));
      var lp = script.evaluate(scope, "box_log_probabilities", inputs.toArray()).get(0);
      return rows(lp.toFloatArray(), codes.size());
    }
  }

  /** Codes, questions with their lengths, and targets. */
  private List<NDArray> reading(NDManager scope, List<int[]> codes, List<Question> questions) {
    var asked =
        PaddedIds.right(questions.stream().map(Question::ids).toList(), decoder.ids().pad());
    var targets = questions.stream().map(Question::targets).toList();
    return List.of(
        PaddedIds.right(codes, 0).ids(scope),
        asked.ids(scope),
        asked.lengths(scope),
        PaddedIds.right(targets, Question.NOTHING).ids(scope));
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<RolloutGroup> unit) {
    var sums = new double[metrics().size()];
    for (var group : unit.samples()) {
      if (looksAtCodes()) {
        addPolicy(manager, gradient, weights, unit, group, sums);
      }
      if (settings.tokens().hasBoxes()) {
        addBoxes(manager, gradient, weights, unit, group, sums);
      }
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
              advantages(scope, group),
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
      requireSame(unit, group, moved, n);
    }
  }

  /** Whether anything is learnt at the places of the codes. */
  private boolean looksAtCodes() {
    var loss = settings.loss();
    boolean held = loss.kl() > 0 || loss.entropy() > 0;
    return settings.tokens().hasCodes() || settings.guide().isOn() || held;
  }

  /** Zeros where the codes are not learnt from: then they have a guide and an entropy at most. */
  private NDArray advantages(NDManager scope, RolloutGroup group) {
    return settings.tokens().hasCodes()
        ? table(scope, group.advantages())
        : scope.zeros(new Shape(group.size(), decoder.codes().perImage()));
  }

  private static void requireSame(
      Unit<RolloutGroup> unit, RolloutGroup group, double moved, int tokens) {
    if (unit.step() == group.step() && moved > 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%.0f of %d log-probabilities differ from those of the drawing before the first update: the ratio is not 1; the two were not computed by the same weights and kernels",
              moved,
              (long) group.numCounted() * tokens));
    }
  }

  private void addBoxes(
      NDManager manager,
      NDArray gradient,
      NDArray weights,
      Unit<RolloutGroup> unit,
      RolloutGroup group,
      double[] sums) {
    var readings = group.readings();
    int m = readings.tokens();
    if (m == 0) {
      return; // a layout without regions
    }
    long sequences = unit.samples().stream().mapToLong(RolloutGroup::numCounted).sum();
    long tokens =
        unit.samples().stream()
            .mapToLong(other -> (long) other.numCounted() * other.readings().tokens())
            .sum();
    double weight =
        settings
            .loss()
            .type()
            .weight(
                m,
                MOST_BOX_TOKENS,
                new LossType.Size(sequences, tokens),
                new LossType.Size(unit.totals()[SEQUENCES], unit.totals()[BOX_TOKENS]));
    try (var scope = manager.newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(base(weights), weights, gradient));
      inputs.addAll(reading(scope, Arrays.asList(group.codes()), readings.questions()));
      inputs.add(table(scope, readings.old()));
      inputs.add(table(scope, readings.advantages()));
      inputs.add(mask(scope, group, m));
      inputs.add(scope.full(new Shape(group.size(), 1), (float) weight));
      var results = script.call(scope, "policy_boxes", inputs.toArray());
      sums[0] += results.get(1).getFloat();
      double moved = 0;
      for (var row : rows(results.get(0).toFloatArray(), group.size())) {
        sums[9] += row[2] / Math.max(1, unit.totals()[BOX_TOKENS]);
        moved += row[5];
      }
      requireSame(unit, group, moved, m);
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
