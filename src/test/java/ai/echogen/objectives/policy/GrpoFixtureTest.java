package ai.echogen.objectives.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.model.JanusTiny;
import ai.echogen.objectives.policy.Advantages.Scale;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.script.Script;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Losses, gradients, metrics and advantages against TRL's, in double precision. */
class GrpoFixtureTest {
  private static final double LOSS = 1e-9; // relative
  private static final double RATIO = 1e-6; // TRL keeps these in single precision
  private static final Set<String> TYPES = Set.of("grpo", "bnpo", "dr_grpo", "dapo", "cispo");

  private NDManager manager;
  private SafetensorsFile tensors;

  @BeforeEach
  void open() throws IOException {
    manager = Tensors.cpu();
    tensors = SafetensorsFile.open(JanusTiny.POLICIES.resolve("tensors.safetensors"));
  }

  @AfterEach
  void close() throws IOException {
    tensors.close();
    manager.close();
  }

  @TestFactory
  Stream<DynamicTest> lossesAndGradientsAreTrls() throws IOException {
    var cases = JanusTiny.json(JanusTiny.POLICIES.resolve("cases.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .filter(GrpoFixtureTest::isOurs)
        .map(one -> DynamicTest.dynamicTest(one.get("name").asText(), () -> check(one)));
  }

  /** Types and options that we do not have are left out by name. */
  private static boolean isOurs(JsonNode one) {
    var config = one.get("config");
    return TYPES.contains(config.get("loss_type").asText())
        && config.get("top_entropy_quantile").asDouble() == 1
        && config.get("off_policy_mask_threshold").isNull();
  }

  private void check(JsonNode one) throws IOException {
    var config = one.get("config");
    var batch = "batch." + one.get("batch").asText();
    int from = one.get("rows").get(0).asInt();
    int to = one.get("rows").get(1).asInt();
    var name = "case." + one.get("name").asText();
    var logps = table(batch + ".logps", from, to);
    boolean isEqual = one.get("old_logps").asText().equals("equal");
    var old = isEqual ? logps : table(batch + ".old_logps", from, to);
    var mask = table(batch + ".mask", from, to);
    var loss = loss(config);
    var weights = weights(loss.type(), one, mask);
    double[] advantages = values(name + ".advantages");
    try (var script = script(loss);
        var scope = manager.newSubManager()) {
      var results =
          script.call(
              scope,
              "check",
              array(logps),
              array(old),
              array(table(batch + ".ref_logps", from, to)),
              array(table(batch + ".entropies", from, to)),
              array(spread(advantages, logps[0].length)),
              array(mask),
              array(weights));
      double expected = one.get("loss").asDouble();
      assertThat(results.get(0).getDouble())
          .isCloseTo(expected, within(Math.max(1e-12, LOSS * Math.abs(expected))));
      assertSame(results.get(2).toDoubleArray(), values(name + ".grad_logps"));
      if (loss.entropy() > 0) {
        assertSame(results.get(3).toDoubleArray(), values(name + ".grad_entropies"));
      }
      metrics(one.get("metrics"), results.get(1).toDoubleArray(), loss);
    }
  }

  private static void metrics(JsonNode expected, double[] sums, PolicyLoss loss) {
    var totals = new double[6];
    for (int i = 0; i < sums.length; i++) {
      totals[i % 6] += sums[i];
    }
    double tokens = Math.max(1, totals[0]);
    assertMetric(expected, "entropy", totals[2] / tokens, 1e-6);
    assertMetric(expected, "kl", totals[1] / tokens, 1e-6);
    double low = loss.hasSequenceRatio() ? meanShare(sums, 3) : totals[3] / tokens;
    double high = loss.hasSequenceRatio() ? meanShare(sums, 4) : totals[4] / tokens;
    assertMetric(expected, "clip_ratio/low_mean", low, RATIO);
    assertMetric(
        expected,
        loss.type() == LossType.CISPO ? "cispo_clip_ratio" : "clip_ratio/high_mean",
        high,
        RATIO);
    assertMetric(expected, "clip_ratio/region_mean", low + high, RATIO);
    if (totals[0] > 0) {
      assertMetric(expected, "clip_ratio/low_min", extreme(sums, 3, -1), RATIO);
      assertMetric(expected, "clip_ratio/high_max", extreme(sums, 4, 1), RATIO);
    }
  }

  /** With one ratio a sequence TRL counts sequences, not tokens. */
  private static double meanShare(double[] sums, int column) {
    double shares = 0;
    for (int row = 0; row < sums.length; row += 6) {
      shares += sums[row + column] / Math.max(1, sums[row]);
    }
    return shares / (sums.length / 6.0);
  }

  /** The largest (sign 1) or smallest (−1) share of a row's tokens. */
  private static double extreme(double[] sums, int column, int sign) {
    double extreme = Double.NaN;
    for (int row = 0; row < sums.length; row += 6) {
      double share = sums[row + column] / sums[row];
      if (Double.isNaN(extreme) || sign * share > sign * extreme) {
        extreme = share;
      }
    }
    return extreme;
  }

  private static void assertMetric(JsonNode expected, String name, double actual, double share) {
    if (expected.has(name) && !expected.get(name).isNull()) {
      double value = expected.get(name).asDouble();
      assertThat(actual).as(name).isCloseTo(value, within(share * Math.max(1, Math.abs(value))));
    }
  }

  private static PolicyLoss loss(JsonNode config) {
    var type = LossType.valueOf(config.get("loss_type").asText().toUpperCase(Locale.ROOT));
    boolean isSequence = config.get("importance_sampling_level").asText().equals("sequence");
    return new PolicyLoss(
        isSequence && type == LossType.GRPO ? LossType.GSPO : type,
        isSequence,
        config.get("epsilon_low").asDouble(),
        config.get("epsilon_high").asDouble(),
        config.get("delta").isNull() ? 0 : config.get("delta").asDouble(),
        config.get("beta").asDouble(),
        config.get("use_bias_correction_kl").asBoolean(),
        config.get("entropy_coef").asDouble());
  }

  private static double[][] weights(LossType type, JsonNode one, double[][] mask) {
    var config = one.get("config");
    long tokens = Math.round(Arrays.stream(mask).flatMapToDouble(Arrays::stream).sum());
    var shard = new LossType.Size(mask.length, tokens);
    int parts = config.get("gradient_accumulation_steps").asInt();
    var batch =
        new LossType.Size((long) mask.length * parts, one.get("num_items_in_batch").asLong());
    long longest = config.get("max_completion_length").asLong();
    return Arrays.stream(mask)
        .map(row -> Math.round(Arrays.stream(row).sum()))
        .map(counted -> new double[] {type.weight(counted, longest, shard, batch)})
        .toArray(double[][]::new);
  }

  private static Script script(PolicyLoss loss) {
    return Script.compile(
        Script.text(PolicyLoss.class, PolicyLoss.SCRIPT, loss.constants())
            + Script.text(GrpoFixtureTest.class, "loss-check.script", loss.constants()));
  }

  @TestFactory
  Stream<DynamicTest> advantagesAreTrls() throws IOException {
    var cases = JanusTiny.json(JanusTiny.POLICIES.resolve("advantages.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .filter(one -> one.get("multi_objective_aggregation").asText().equals("sum_then_normalize"))
        .map(one -> DynamicTest.dynamicTest(one.get("name").asText(), () -> advantages(one)));
  }

  private static void advantages(JsonNode one) {
    int size = one.get("num_generations").asInt();
    var rewards = new ArrayList<Double>();
    for (var row : one.get("rewards_per_func")) {
      rewards.add(sum(row, one.get("reward_weights")));
    }
    var groups = new double[rewards.size() / size][size];
    for (int i = 0; i < rewards.size(); i++) {
      groups[i / size][i % size] = rewards.get(i);
    }
    var scale = Scale.valueOf(one.get("scale_rewards").asText().toUpperCase(Locale.ROOT));
    var actual =
        Arrays.stream(Advantages.of(groups, scale)).flatMapToDouble(Arrays::stream).toArray();
    var expected =
        StreamSupport.stream(one.get("advantages").spliterator(), false)
            .mapToDouble(JsonNode::asDouble)
            .toArray();
    assertSame(actual, expected);
    double tied = Arrays.stream(groups).filter(Advantages::isTied).count();
    if (scale == Scale.BATCH) { // TRL asks whether the whole batch is tied
      var all = Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray();
      tied = Advantages.isTied(all) ? groups.length : 0;
    }
    assertMetric(one.get("metrics"), "frac_reward_zero_std", tied / groups.length, RATIO);
  }

  /** The weighted sum of the scores that are there; NaN if none is. */
  private static double sum(JsonNode scores, JsonNode weights) {
    double sum = Double.NaN;
    for (int i = 0; i < scores.size(); i++) {
      if (!scores.get(i).isNull()) {
        sum = (Double.isNaN(sum) ? 0 : sum) + weights.get(i).asDouble() * scores.get(i).asDouble();
      }
    }
    return sum;
  }

  private static void assertSame(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("entry %d", i)
          .isCloseTo(expected[i], within(Math.max(1e-12, LOSS * largest)));
    }
  }

  private NDArray array(double[][] rows) {
    var flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return manager.create(flat, new Shape(rows.length, rows[0].length));
  }

  private static double[][] spread(double[] values, int columns) {
    return Arrays.stream(values)
        .mapToObj(
            value -> {
              var row = new double[columns];
              Arrays.fill(row, value);
              return row;
            })
        .toArray(double[][]::new);
  }

  private double[][] table(String name, int from, int to) throws IOException {
    var values = values(name);
    int columns = (int) tensors.tensor(name).dimensions()[1];
    var rows = new double[to - from][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, (from + i) * columns, (from + i + 1) * columns);
    }
    return rows;
  }

  /** Of float64 or int64. */
  private double[] values(String name) throws IOException {
    var bytes = tensors.read(name).order(ByteOrder.LITTLE_ENDIAN);
    var values = new double[(int) tensors.tensor(name).numElements()];
    boolean isInteger = List.of("mask", "ids").contains(name.substring(name.lastIndexOf('.') + 1));
    for (int i = 0; i < values.length; i++) {
      values[i] = isInteger ? bytes.getLong() : bytes.getDouble();
    }
    return values;
  }
}
