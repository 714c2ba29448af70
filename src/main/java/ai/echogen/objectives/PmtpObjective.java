package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.config.Check;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * Parallel multi-task pre-training: drawing and grounding of the same samples in one step.
 *
 * <p>Loss: {@code drawingWeight} times the mean cross-entropy of the image codes plus {@code
 * groundingWeight} times the mean cross-entropy of the location tokens; {@code L = CE(X_i, Y_i) +
 * CE(X_g, Y_g)} with unit weights in the paper. It departs from the paper where the paper is
 * silent: see {@link ai.echogen.model.decoder.AttentionForm} for how the two tasks share the image
 * tokens, and the unconditional branch of guidance is trained by blanking the text of some samples
 * as Janus blanks it when drawing.
 */
public final class PmtpObjective implements Objective<LayoutTokens> {
  /**
   * @param conditionDropout share of samples whose drawing text is blanked
   * @param drawingWeight weight of the drawing loss; 0 trains grounding only
   * @param groundingWeight weight of the grounding loss; 0 trains drawing only
   * @param checkpointing whether the backward pass computes each layer again, for less memory
   * @param accumulate parts in which a micro-shard is computed, one after the other, for less
   *     memory
   */
  public record Settings(
      double conditionDropout,
      double drawingWeight,
      double groundingWeight,
      boolean checkpointing,
      int accumulate)
      implements java.io.Serializable {
    public Settings {
      new Check()
          .that(
              "conditionDropout",
              conditionDropout >= 0 && conditionDropout <= 1,
              "must be in [0, 1], got " + conditionDropout)
          .that("drawingWeight", drawingWeight >= 0, "must be >= 0, got " + drawingWeight)
          .that("groundingWeight", groundingWeight >= 0, "must be >= 0, got " + groundingWeight)
          .that(
              "groundingWeight",
              drawingWeight + groundingWeight > 0,
              "must be > 0 where drawingWeight is 0")
          .that("accumulate", accumulate > 0, "must be > 0, got " + accumulate)
          .orThrow();
    }
  }

  /** The resource beside this class with what objectives on the two tasks share. */
  public static final String TASKS = "tasks.script";

  private final Decoder decoder;
  private final TaskInputs taskInputs;
  private final Settings settings;
  private final Optional<Weights> frozen;
  private final Script script;

  /** Trains the whole model. The caller keeps and closes {@code decoder}. */
  public PmtpObjective(Decoder decoder, Settings settings) {
    this(decoder, settings, Optional.empty());
  }

  /**
   * Trains the whole model, or an adapter of frozen weights.
   *
   * @param decoder the caller keeps and closes both
   * @param frozen what an adapter adapts; only if the decoder has one
   */
  public PmtpObjective(Decoder decoder, Settings settings, Optional<Weights> frozen) {
    if (decoder.adapter().isPresent() != frozen.isPresent()) {
      throw new IllegalStateException("an adapter needs frozen weights, and only an adapter");
    }
    if (decoder.vision().isPresent() && decoder.form() != AttentionForm.SEPARATE) {
      throw new IllegalArgumentException(
          "form must be separate where images are read through the vision encoder, got "
              + decoder.form().key());
    }
    this.decoder = decoder;
    this.taskInputs = new TaskInputs(decoder);
    this.settings = settings;
    this.frozen = frozen;
    var constants = new HashMap<>(decoder.constants());
    constants.put(
        "seen", decoder.vision().isPresent() ? "__torch__.embed_seen(w, images)" : "image");
    var source =
        decoder.source()
            + Script.text(PmtpObjective.class, TASKS, constants)
            + Script.text(PmtpObjective.class, "pmtp.script", constants);
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
    return TrainedGroups.of(decoder);
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "loss.image", "loss.box");
  }

  @Override
  public long[] counts(LayoutTokens sample) {
    return new long[] {sample.numTokens(), sample.codes().length, TaskInputs.numAsked(sample)};
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
        var texts = taskInputs.texts(unit, from, to, settings.conditionDropout());
        inputs.addAll(taskInputs.of(scope, unit.samples().subList(from, to), texts));
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
      inputs.addAll(taskInputs.of(scope, unit.samples()));
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
      (float) (settings.drawingWeight() / unit.totals()[1]),
      (float) (settings.groundingWeight() / Math.max(1, unit.totals()[2]))
    };
  }

  /**
   * @param sums cross-entropies of codes and of boxes
   */
  private double[] metrics(Unit<LayoutTokens> unit, double[] sums) {
    double image = sums[0] / unit.totals()[1];
    double box = sums[1] / Math.max(1, unit.totals()[2]);
    double loss = settings.drawingWeight() * image + settings.groundingWeight() * box;
    return new double[] {loss, image, box};
  }

  private static void add(NDArray part, double[] sums) {
    var values = part.toFloatArray();
    sums[0] += values[0];
    sums[1] += values[1];
  }

  @Override
  public void close() {
    script.close();
  }
}
