package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.model.vq.VqTokenizer;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Training of the VQ tokenizer on images, each {@code imageSize² × 3} RGB bytes.
 *
 * <p>Loss: mean absolute plus mean squared error of the pixels in [-1, 1], codebook loss and
 * weighted commitment (van den Oord and others, 2017), straight-through, on l2-normalised codes.
 * The first share of the steps trains a plain autoencoder with noisy latents; then k-means over
 * recent latents makes the codebook, and codes that nothing uses are moved onto latents from time
 * to time. What this needs to remember lies behind the network's weights, so that checkpoints hold
 * it.
 */
public final class VqObjective implements Objective<byte[]> {
  /**
   * @param autoencoderShare share of the steps without codes, in [0, 1)
   * @param latentNoise deviation of the noise on unit latents in these steps
   * @param commitment weight of the commitment loss
   * @param restartEvery steps between restarts of unused codes
   * @param restartUntil share of the steps after which no code is restarted
   */
  public record Settings(
      double autoencoderShare,
      double latentNoise,
      double commitment,
      int restartEvery,
      double restartUntil)
      implements java.io.Serializable {
    public Settings {
      new Check()
          .that(
              "autoencoderShare",
              autoencoderShare >= 0 && autoencoderShare < 1,
              "must be in [0, 1), got " + autoencoderShare)
          .that("latentNoise", latentNoise >= 0, "must be >= 0, got " + latentNoise)
          .that("commitment", commitment >= 0, "must be >= 0, got " + commitment)
          .that("restartEvery", restartEvery > 0, "must be > 0, got " + restartEvery)
          .that(
              "restartUntil",
              restartUntil >= 0 && restartUntil <= 1,
              "must be in [0, 1], got " + restartUntil)
          .orThrow();
    }
  }

  private static final String USED = "echogen.training.used";
  private static final String RECENT = "echogen.training.recent";
  private static final int REMEMBERED_STEPS = 16;
  private static final int K_MEANS_ROUNDS = 12;
  private static final long NOISE = 0x6e6f697365L; // these keep the streams apart
  private static final long PICKS = 0x7069636b73L;

  private final VqConfig config;
  private final Settings settings;
  private final long firstCodedStep;
  private final long lastRestart;
  private final long seed;
  private final int rowsAStep;
  private final ParameterLayout layout;
  private final Script script;

  /**
   * @param steps of the whole run
   * @param batch images a step
   */
  public VqObjective(VqConfig config, Settings settings, long steps, int batch, long seed) {
    this.config = config;
    this.settings = settings;
    this.seed = seed;
    firstCodedStep = Math.round(steps * settings.autoencoderShare());
    lastRestart = Math.round(steps * settings.restartUntil());
    rowsAStep = batch * config.numCodes();
    var network = new VqNetwork(config);
    var names = new ParameterLayout.Builder();
    network
        .layout()
        .parameters()
        .forEach(p -> names.add(p.name(), p.shape().stream().mapToLong(Long::longValue).toArray()));
    names.add(USED, config.numEmbeddings());
    names.add(RECENT, (long) REMEMBERED_STEPS * rowsAStep, config.embedDim());
    layout = names.build();
    var constants = new HashMap<>(network.constants());
    constants.put("used", Integer.toString(layout.index(USED)));
    constants.put("recent", Integer.toString(layout.index(RECENT)));
    script =
        Script.compile(
            network.source(layout) + Script.text(VqObjective.class, "vq-train.script", constants));
  }

  /**
   * Weights to start from, which the caller closes: convolutions uniform in ±1/√inputs as torch
   * starts them, norms 1, unit codes.
   */
  public Weights initialWeights() {
    var weights = Weights.zeros(layout);
    for (var parameter : layout.parameters()) {
      var values = new float[Math.toIntExact(parameter.size())];
      var random = CounterRandom.of(seed, parameter.name().hashCode());
      var shape = parameter.shape();
      if (parameter.name().equals(VqNetwork.CODEBOOK) || parameter.name().equals(RECENT)) {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        unitRows(values, config.embedDim());
      } else if (shape.size() == 4) {
        double bound = 1 / Math.sqrt((double) shape.get(1) * shape.get(2) * shape.get(3));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-bound, bound);
        }
      } else if (parameter.name().contains("norm") && parameter.name().endsWith(".weight")) {
        Arrays.fill(values, 1);
      }
      weights.set(parameter.name(), values);
    }
    return weights;
  }

  /** The network's weights among the training's, copied; the caller closes them. */
  public Weights networkWeights(Weights training) {
    var network = Weights.zeros(new VqNetwork(config).layout());
    for (var parameter : network.layout().parameters()) {
      network.set(parameter.name(), training.values(parameter.name()));
    }
    return network;
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public List<ParameterGroup> groups() {
    return List.of(new ParameterGroup(ParameterGroup.Role.OTHER, 0, layout.size(), 1));
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "loss.l1", "loss.l2", "loss.commitment");
  }

  @Override
  public long[] counts(byte[] image) {
    return new long[] {config.numCodes(), 1};
  }

  @Override
  public Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Unit<byte[]> unit) {
    double share = share(unit);
    try (var scope = manager.newSubManager()) {
      var images = VqTokenizer.bytes(scope, unit.samples(), config.imageSize());
      var results =
          isCoded(unit.step())
              ? script.call(
                  scope,
                  "quantised",
                  weights,
                  gradient,
                  images,
                  scope.create(new float[] {(float) share, (float) settings.commitment()}))
              : script.call(
                  scope,
                  "autoencoder",
                  weights,
                  gradient,
                  images,
                  noise(scope, unit),
                  scope.create((float) share));
      var sides = new NDList(results.subList(1, results.size()));
      sides.attach(manager);
      return new Outcome(metrics(results.get(0), isCoded(unit.step()), share), sides);
    }
  }

  @Override
  public double[] measure(NDArray weights, Unit<byte[]> unit) {
    try (var scope = weights.getManager().newSubManager()) {
      var images = VqTokenizer.bytes(scope, unit.samples(), config.imageSize());
      boolean coded = isCoded(unit.step());
      var losses =
          script.evaluate(
              scope, coded ? "measure_quantised" : "measure_autoencoder", weights, images);
      return metrics(losses.get(0), coded, share(unit));
    }
  }

  private boolean isCoded(long step) {
    return step >= firstCodedStep;
  }

  /** What part of the batch's loss a micro-shard is. */
  private static double share(Unit<byte[]> unit) {
    return (double) unit.samples().size() / unit.totals()[1];
  }

  /**
   * @param losses absolute and squared error, commitment
   */
  private double[] metrics(NDArray losses, boolean coded, double share) {
    var l = losses.toFloatArray();
    double codebook = coded ? l[2] : 0; // in value, it equals the commitment
    double loss = l[0] + l[1] + codebook + settings.commitment() * l[2];
    return new double[] {loss * share, l[0] * share, l[1] * share, l[2] * share};
  }

  @Override
  public void afterStep(long step, NDArray weights, List<NDList> sides) {
    try (var scope = weights.getManager().newSubManager()) {
      var rows = NDArrays.concat(new NDList(sides.stream().map(side -> side.get(0)).toList()));
      rows.attach(scope);
      if (step < firstCodedStep) {
        long at = step % REMEMBERED_STEPS * rowsAStep;
        script.evaluate(scope, "remember", weights, rows, Tensors.steering(scope, at));
        if (step == firstCodedStep - 1) {
          var picks = picks(scope, step, K_MEANS_ROUNDS + 1, REMEMBERED_STEPS * rowsAStep);
          script.evaluate(scope, "k_means", weights, picks);
        }
        return;
      }
      for (var side : sides) {
        script.evaluate(scope, "count", weights, side.get(1));
      }
      if ((step + 1) % settings.restartEvery() == 0 && step < lastRestart) {
        var picks = picks(scope, step, 1, rowsAStep).reshape(config.numEmbeddings());
        picks.attach(scope);
        script.evaluate(scope, "restart", weights, rows, picks);
      }
    }
  }

  @Override
  public void close() {
    script.close();
  }

  /** (b h w, E): a sample's noise depends on its place in the batch, not on the micro-shard. */
  private NDArray noise(NDManager scope, Unit<byte[]> unit) {
    int each = config.numCodes() * config.embedDim();
    var values = new float[unit.samples().size() * each];
    for (int i = 0; i < unit.samples().size(); i++) {
      var random = CounterRandom.of(seed, NOISE, unit.step(), unit.firstPlace() + i);
      for (int j = 0; j < each; j++) {
        values[i * each + j] = (float) (settings.latentNoise() * random.nextGaussian());
      }
    }
    return scope.create(values, new Shape(values.length / config.embedDim(), config.embedDim()));
  }

  /** (rounds, K) random row numbers below {@code bound}. */
  private NDArray picks(NDManager scope, long step, int rounds, int bound) {
    var random = CounterRandom.of(seed, PICKS, step);
    var values = new long[rounds * config.numEmbeddings()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return scope.create(values, new Shape(rounds, config.numEmbeddings()));
  }

  private static void unitRows(float[] table, int width) {
    for (int from = 0; from < table.length; from += width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += (double) table[i] * table[i];
      }
      for (int i = from; i < from + width; i++) {
        table[i] /= (float) Math.sqrt(squares);
      }
    }
  }
}
