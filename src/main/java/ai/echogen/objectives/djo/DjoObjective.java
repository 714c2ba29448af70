package ai.echogen.objectives.djo;

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
import ai.echogen.tokens.Question;
import ai.echogen.torch.Tensors;
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
 * Dual joint optimisation (EchoGen's second stage): {@code J = L_draw + weight · L_loop}, and the
 * real grounding loss beside it, without which a model forgets real images.
 *
 * <p>Drawing is teacher-forced. What the model would draw in place of each code is read in a fresh
 * context, and L_loop is the cross-entropy of the boxes. How its gradient comes back to the drawing
 * is {@link Estimator}'s choice.
 */
public final class DjoObjective implements Objective<LayoutTokens> {
  /** How the gradient of the reading comes back to the drawing. */
  public enum Estimator {
    /** Through soft codes: Gumbel-softmax (1611.01144, 1611.00712). */
    GUMBEL,
    /** Through hard codes, with the soft ones' gradient. */
    STRAIGHT_THROUGH,
    /** By the likelihood of codes that were drawn, weighted by their group's advantage. */
    POLICY
  }

  /**
   * How.
   *
   * @param weight of L_loop; λ in the paper, whose value is not public
   * @param temperature of the relaxation at the first step
   * @param finalTemperature at the last one; it falls exponentially
   * @param drawings of each sample, for {@link Estimator#POLICY}
   * @param conditionDropout share of samples whose drawing text is blanked; they have no loop
   * @param groundingWeight weight of the real grounding loss
   * @param rowsAtOnce rows of logits over all codes that are held at once
   */
  public record Settings(
      Estimator estimator,
      double weight,
      double temperature,
      double finalTemperature,
      int drawings,
      double conditionDropout,
      double groundingWeight,
      int rowsAtOnce)
      implements Serializable {
    public Settings {
      new Check()
          .that("weight", weight >= 0, "must be >= 0, got " + weight)
          .that("temperature", temperature > 0, "must be > 0, got " + temperature)
          .that("finalTemperature", finalTemperature > 0, "must be > 0, got " + finalTemperature)
          .that("drawings", drawings >= 2, "must be >= 2, got " + drawings)
          .that(
              "conditionDropout",
              conditionDropout >= 0 && conditionDropout < 1,
              "must be in [0, 1), got " + conditionDropout)
          .that("groundingWeight", groundingWeight >= 0, "must be >= 0, got " + groundingWeight)
          .that("rowsAtOnce", rowsAtOnce > 0, "must be > 0, got " + rowsAtOnce)
          .orThrow();
    }

    double temperatureAt(long step, long steps) {
      return temperature
          * Math.pow(finalTemperature / temperature, (double) step / Math.max(1, steps));
    }
  }

  private static final long NOISE = 0x67756d62656cL;

  private final Decoder decoder;
  private final Settings settings;
  private final long steps;
  private final Optional<Weights> frozen;
  private final TaskInputs taskInputs;
  private final Script script;

  /**
   * @param decoder in the form that the finished model is run in; the caller keeps and closes it
   * @param steps of the whole run, over which the temperature falls
   * @param frozen what an adapter adapts, if one is trained; the caller keeps and closes it
   */
  public DjoObjective(Decoder decoder, Settings settings, long steps, Optional<Weights> frozen) {
    if (decoder.adapter().isPresent() != frozen.isPresent()) {
      throw new IllegalStateException("an adapter needs frozen weights, and only an adapter");
    }
    if (decoder.vision().isPresent()) {
      throw new IllegalArgumentException(
          "stage=djo reads drawings by their codes: not with grounding=siglip");
    }
    this.decoder = decoder;
    this.settings = settings;
    this.steps = steps;
    this.frozen = frozen;
    this.taskInputs = new TaskInputs(decoder);
    var constants = new HashMap<>(decoder.constants());
    boolean isHard = settings.estimator() == Estimator.STRAIGHT_THROUGH;
    constants.put("straight_through", isHard ? "True" : "False");
    constants.put("codebook", Integer.toString(decoder.codes().codebook()));
    constants.put("rows_at_once", Integer.toString(settings.rowsAtOnce()));
    this.script =
        Script.compile(
            decoder.source()
                + Script.text(PmtpObjective.class, PmtpObjective.TASKS, constants)
                + Script.text(GumbelSoftmax.class, GumbelSoftmax.SCRIPT, constants)
                + Script.text(DjoObjective.class, "djo.script", constants));
  }

  @Override
  public ParameterLayout layout() {
    return decoder.trainedLayout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return TrainedGroups.of(decoder);
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "loss.image", "loss.box", "loss.loop");
  }

  @Override
  public long[] counts(LayoutTokens sample) {
    return new long[] {sample.numTokens(), sample.codes().length, TaskInputs.numAsked(sample)};
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<LayoutTokens> unit) {
    int size = unit.samples().size();
    var sums = new double[3];
    try (var scope = manager.newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(base(weights), weights, gradient));
      var texts = taskInputs.texts(unit, 0, size, settings.conditionDropout());
      inputs.addAll(taskInputs.of(scope, unit.samples(), texts));
      inputs.add(loopTargets(scope, unit));
      boolean isPolicy = settings.estimator() == Estimator.POLICY;
      inputs.add(isPolicy ? uniforms(scope, unit) : keys(scope, unit));
      inputs.add(scope.create(scale(unit)));
      if (!isPolicy) {
        double tau = settings.temperatureAt(unit.step(), steps);
        inputs.add(Tensors.steering(scope, tau));
      }
      var found = script.call(scope, isPolicy ? "djo_policy" : "djo", inputs.toArray()).get(0);
      add(found, sums);
    }
    return new Outcome(metrics(unit, sums), new NDList());
  }

  @Override
  public double[] measure(NDArray weights, Unit<LayoutTokens> unit) {
    var sums = new double[3];
    try (var scope = weights.getManager().newSubManager()) {
      var inputs = new ArrayList<Object>(List.of(base(weights), weights));
      inputs.addAll(taskInputs.of(scope, unit.samples()));
      add(script.evaluate(scope, "djo_measure", inputs.toArray()).get(0), sums);
    }
    return metrics(unit, sums);
  }

  private static void add(NDArray found, double[] sums) {
    var values = found.toFloatArray();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  private double[] metrics(Unit<LayoutTokens> unit, double[] sums) {
    double image = sums[0] / unit.totals()[1];
    double box = sums[1] / asked(unit);
    double loop = sums[2] / asked(unit);
    double loss = image + settings.groundingWeight() * box + settings.weight() * loop;
    return new double[] {loss, image, box, loop};
  }

  /** What one code, one asked token, one of a drawing, and one drawn code weigh in the loss. */
  private float[] scale(Unit<LayoutTokens> unit) {
    double codes = unit.totals()[1];
    boolean isPolicy = settings.estimator() == Estimator.POLICY;
    int drawings = isPolicy ? settings.drawings() : 1;
    return new float[] {
      (float) (1 / codes),
      (float) (settings.groundingWeight() / asked(unit)),
      (float) (settings.weight() / asked(unit) / drawings),
      (float) (settings.weight() / codes / drawings)
    };
  }

  private static double asked(Unit<LayoutTokens> unit) {
    return Math.max(1, unit.totals()[2]);
  }

  /** The questions' targets; of samples whose text was blanked, none. */
  private NDArray loopTargets(NDManager scope, Unit<LayoutTokens> unit) {
    var rows = new ArrayList<int[]>();
    for (int i = 0; i < unit.samples().size(); i++) {
      var targets = unit.samples().get(i).question().targets().clone();
      if (TaskInputs.isBlank(unit, i, settings.conditionDropout())) {
        Arrays.fill(targets, Question.NOTHING);
      }
      rows.add(targets);
    }
    return PaddedIds.right(rows, Question.NOTHING).ids(scope);
  }

  /** (B N): a key of each code's noise. */
  private NDArray keys(NDManager scope, Unit<LayoutTokens> unit) {
    int n = decoder.codes().perImage();
    var keys = new long[unit.samples().size() * n];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = random(unit, i / n).longAt(i % n);
    }
    return scope.create(keys);
  }

  /** (G, B N) in [0, 1). */
  private NDArray uniforms(NDManager scope, Unit<LayoutTokens> unit) {
    int n = decoder.codes().perImage();
    int rows = unit.samples().size() * n;
    var uniforms = new double[settings.drawings() * rows];
    for (int sample = 0; sample < unit.samples().size(); sample++) {
      var random = random(unit, sample);
      for (int drawing = 0; drawing < settings.drawings(); drawing++) {
        for (int i = 0; i < n; i++) {
          uniforms[drawing * rows + sample * n + i] = random.nextDouble();
        }
      }
    }
    return scope.create(uniforms, new Shape(settings.drawings(), rows));
  }

  private static CounterRandom random(Unit<LayoutTokens> unit, int sample) {
    long place = (long) unit.firstPlace() + sample;
    return CounterRandom.of(unit.seed(), NOISE, unit.step(), place);
  }

  private NDArray base(NDArray weights) {
    return frozen.map(Weights::flat).orElse(weights);
  }

  @Override
  public void close() {
    script.close();
  }
}
