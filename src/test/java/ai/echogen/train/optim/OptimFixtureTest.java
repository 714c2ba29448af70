package ai.echogen.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.model.JanusTiny;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.objectives.djo.GumbelSoftmax;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsTensor;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.sync.Sums;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AdamW, clipping, schedules, DiLoCo's outer step and Gumbel-softmax against torch. */
class OptimFixtureTest {
  private NDManager manager;
  private SafetensorsFile history;
  private JsonNode json;
  private ParameterLayout layout;

  @BeforeEach
  void open() throws IOException {
    manager = Tensors.cpu();
    json = JanusTiny.json(JanusTiny.OPTIMIZERS.resolve("optim.json"));
    history = SafetensorsFile.open(JanusTiny.OPTIMIZERS.resolve("optim.safetensors"));
    var builder = new ParameterLayout.Builder();
    for (var tensor : history.tensors()) {
      if (tensor.name().matches("adamw\\.[^.]+\\.start")) {
        builder.add(tensor.name().split("\\.", -1)[1], tensor.dimensions());
      }
    }
    layout = builder.build();
  }

  @AfterEach
  void close() throws IOException {
    history.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adamw_floor"})
  void weightsAndMomentsFollowTorchStepByStep(String run) throws IOException {
    var settings = settings(json.get("adamw_config"), run);
    int steps = json.get("adamw_config").get("total_steps").asInt();
    try (var optimizer = new Optimizer(settings, groups(), Device.cpu())) {
      var weights = start("adamw.%s.start");
      var moments = optimizer.moments(manager, layout.size());
      for (int step = 0; step < json.get(run).size(); step++) {
        var expected = json.get(run).get(step);
        var sum = Sums.of(gradients(step));
        double norm = sum.norm();
        double lr = settings.lrAt(step, steps);
        assertThat(norm).isCloseTo(expected.get("grad_norm").asDouble(), relative(norm));
        assertThat(norm * optimizer.clipFactor(norm))
            .isCloseTo(expected.get("clipped_norm").asDouble(), within(1e-5));
        assertThat(lr).isCloseTo(expected.get("lr").asDouble(), within(1e-15));
        assertThat(settings.lrAt(step + 1, steps))
            .isCloseTo(expected.get("next_lr").asDouble(), within(1e-15));
        var now = new Optimizer.Step(step, lr, optimizer.clipFactor(norm));
        for (int unit = 0; unit < optimizer.numUpdates(); unit++) {
          optimizer.update(unit, weights, sum.total(), moments, now);
        }
        assertClose(weights, run + ".%s", step);
        assertClose(moments.first(), run + ".%s.m", step);
        assertClose(moments.second(), run + ".%s.v", step);
      }
    }
  }

  @Test
  void outerStepsFollowTorchRoundByRound() throws IOException {
    var config = json.get("diloco_config");
    try (var outer =
        new OuterStep(
            config.get("lr").asDouble(),
            config.get("momentum").asDouble(),
            layout.size(),
            Device.cpu())) {
      var weights = start("diloco.%s.start");
      var velocity = FlatWeights.zeros(manager, layout);
      for (int round = 0; round < config.get("rounds").asInt(); round++) {
        var deltas = new ArrayList<NDArray>();
        for (int worker = 0; worker < config.get("workers").asInt(); worker++) {
          deltas.add(deltas(round, worker));
        }
        var sum = Sums.of(deltas).total();
        for (int unit = 0; unit < outer.numUnits(); unit++) {
          outer.apply(unit, weights, velocity, sum, deltas.size());
        }
        assertClose(velocity, "diloco.%s.momentum", round);
        assertClose(weights, "diloco.%s", round);
      }
    }
  }

  @Test
  void gumbelSoftmaxAndItsGradientAreThoseOfTorch() throws IOException {
    try (var script =
        Script.compile(
            Script.text(GumbelSoftmax.class, GumbelSoftmax.SCRIPT, Map.of())
                + Script.text(getClass(), "gumbel-check.script", Map.of()))) {
      var cases =
          history.tensors().stream()
              .map(SafetensorsTensor::name)
              .filter(name -> name.matches("gumbel\\.tau.*\\.out"))
              .toList();
      assertThat(cases).isNotEmpty();
      for (var out : cases) {
        var name = out.substring(0, out.length() - ".out".length());
        var tau = Float.parseFloat(name.replaceAll("gumbel\\.tau(.*)\\.(soft|hard)", "$1"));
        var results =
            script.call(
                manager,
                "check",
                JanusTiny.floats(manager, history, "gumbel.logits"),
                JanusTiny.floats(manager, history, "gumbel.noise"),
                JanusTiny.floats(manager, history, "gumbel.weight"),
                manager.create(new float[] {tau, name.endsWith("hard") ? 1 : 0}));
        assertClose(results.get(0).toFloatArray(), history.floats(out), out);
        var gradient = name + ".grad_logits";
        assertClose(results.get(1).toFloatArray(), history.floats(gradient), gradient);
      }
    }
  }

  @Test
  void aConstantScheduleStaysAndALinearOneFallsEvenly() {
    var constant =
        new OptimizerSettings(
            Method.ADAMW, 0.003, 3, Schedule.CONSTANT, 0.5, 0.9, 0.95, 1e-8, 0, 0, 1);
    assertThat(List.of(constant.lrAt(0, 12), constant.lrAt(3, 12), constant.lrAt(11, 12)))
        .containsExactly(0.0, 0.003, 0.003);
    var linear =
        new OptimizerSettings(
            Method.ADAMW, 0.003, 3, Schedule.LINEAR, 0.5, 0.9, 0.95, 1e-8, 0, 0, 1);
    assertThat(linear.lrAt(3, 12)).isEqualTo(0.003);
    assertThat(linear.lrAt(9, 12)).isCloseTo(0.003 * (0.5 + 0.5 / 3), within(1e-12));
    assertThat(linear.lrAt(12, 12)).isCloseTo(0.0015, within(1e-12));
  }

  /** Decay on matrices only. */
  private List<ParameterGroup> groups() {
    return layout.parameters().stream()
        .map(
            p ->
                new ParameterGroup(
                    p.shape().size() > 1 ? Role.MATRIX : Role.OTHER, p.offset(), p.size(), 1))
        .toList();
  }

  private NDArray start(String name) throws IOException {
    var weights = FlatWeights.zeros(manager, layout);
    for (var parameter : layout.parameters()) {
      FlatWeights.set(weights, parameter, history.floats(name.formatted(parameter.name())));
    }
    return weights;
  }

  /** One worker's difference in one round, flat. */
  private NDArray deltas(int round, int worker) throws IOException {
    var flat = FlatWeights.zeros(manager, layout);
    for (var parameter : layout.parameters()) {
      var all = slice("diloco." + parameter.name() + ".deltas", round);
      int size = (int) parameter.size();
      var own = Arrays.copyOfRange(all, worker * size, (worker + 1) * size);
      FlatWeights.set(flat, parameter, own);
    }
    return flat;
  }

  /** Two micro-shards, each with its own part of the gradient. */
  private List<NDArray> gradients(int step) throws IOException {
    var first = FlatWeights.zeros(manager, layout);
    var second = FlatWeights.zeros(manager, layout);
    for (var parameter : layout.parameters()) {
      var values = slice("adamw." + parameter.name() + ".grads", step);
      FlatWeights.set(parameter.offset() == 0 ? first : second, parameter, values);
    }
    return List.of(first, second);
  }

  private void assertClose(NDArray flat, String name, int step) throws IOException {
    for (var parameter : layout.parameters()) {
      var key = name.formatted(parameter.name());
      var expected = slice(key, step);
      var actual = new float[expected.length];
      FlatWeights.values(flat, parameter).get(actual);
      assertClose(actual, expected, key + " after step " + step);
    }
  }

  /** The fixture's tolerance for float32. */
  private static void assertClose(float[] actual, float[] expected, String what) {
    Closeness.assertClose(actual, expected, 1e-5, what);
  }

  /** A tensor's entry for one step. */
  private float[] slice(String name, int step) throws IOException {
    var all = history.floats(name);
    int size = all.length / (int) history.tensor(name).dimensions()[0];
    return Arrays.copyOfRange(all, step * size, (step + 1) * size);
  }

  private static org.assertj.core.data.Offset<Double> relative(double value) {
    return within(1e-5 * value + 1e-12);
  }

  private static OptimizerSettings settings(JsonNode json, String run) {
    double floor = run.equals("adamw_floor") ? json.get("floor_of_adamw_floor").asDouble() : 0;
    return settings(json, Schedule.COSINE, floor);
  }

  private static OptimizerSettings settings(JsonNode json, Schedule schedule, double floor) {
    return new OptimizerSettings(
        Method.ADAMW,
        json.get("lr").asDouble(),
        json.get("warmup_steps").asInt(),
        schedule,
        floor,
        json.get("betas").get(0).asDouble(),
        json.get("betas").get(1).asDouble(),
        json.get("eps").asDouble(),
        0.95,
        json.get("weight_decay").asDouble(),
        json.get("max_norm").asDouble());
  }
}
