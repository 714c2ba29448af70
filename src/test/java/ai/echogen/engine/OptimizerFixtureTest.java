package ai.echogen.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.engine.OptimizerSettings.Method;
import ai.echogen.engine.OptimizerSettings.Schedule;
import ai.echogen.model.JanusTiny;
import ai.echogen.stages.ParameterGroup;
import ai.echogen.stages.ParameterGroup.Role;
import ai.echogen.torch.FlatWeights;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.SafetensorsFile;
import ai.echogen.torch.Tensors;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AdamW, clipping and schedule against torch and transformers. */
class OptimizerFixtureTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout.Builder().add("w1", 4, 3).add("w2", 2, 5).add("b", 5).build();
  private static final List<ParameterGroup> GROUPS =
      List.of(
          new ParameterGroup(Role.HIDDEN_MATRIX, 0, 4, 3),
          new ParameterGroup(Role.MATRIX, 12, 2, 5),
          new ParameterGroup(Role.OTHER, 22, 5, 1));

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "adamw_floor"})
  void weightsAndMomentsFollowTorchForTwelveSteps(String run) throws IOException {
    var json = JanusTiny.json(JanusTiny.OPTIMIZERS.resolve("optim.json"));
    var settings = settings(json.get("adamw_config"), run);
    try (var history = SafetensorsFile.open(JanusTiny.OPTIMIZERS.resolve("optim.safetensors"));
        var manager = Tensors.cpu();
        var optimizer = new Optimizer(settings, LAYOUT.size(), GROUPS)) {
      var weights = FlatWeights.zeros(manager, LAYOUT);
      for (var parameter : LAYOUT.parameters()) {
        FlatWeights.set(weights, parameter, history.floats("adamw." + parameter.name() + ".start"));
      }
      for (int step = 0; step < 12; step++) {
        var expected = json.get(run).get(step);
        reduce(optimizer, manager, history, step);
        double norm = optimizer.gradientNorm();
        double lr = settings.lrAt(step, 12);
        assertThat(norm).isCloseTo(expected.get("grad_norm").asDouble(), relative(norm));
        assertThat(norm * optimizer.clipFactor(norm))
            .isCloseTo(expected.get("clipped_norm").asDouble(), within(1e-5));
        assertThat(lr).isCloseTo(expected.get("lr").asDouble(), within(1e-15));
        assertThat(settings.lrAt(step + 1, 12))
            .isCloseTo(expected.get("next_lr").asDouble(), within(1e-15));
        for (int unit = 0; unit < optimizer.numUpdates(); unit++) {
          optimizer.update(unit, weights, step, lr, optimizer.clipFactor(norm));
        }
        assertClose(weights, history, run + ".%s", step);
        assertClose(optimizer.firstMoments(), history, run + ".%s.m", step);
        assertClose(optimizer.secondMoments(), history, run + ".%s.v", step);
      }
    }
  }

  @Test
  void aConstantScheduleStaysAndALinearOneFallsEvenly() throws IOException {
    var json = JanusTiny.json(JanusTiny.OPTIMIZERS.resolve("optim.json")).get("adamw_config");
    var constant = settings(json, Schedule.CONSTANT, 0.5);
    assertThat(List.of(constant.lrAt(0, 12), constant.lrAt(3, 12), constant.lrAt(11, 12)))
        .containsExactly(0.0, 0.003, 0.003);
    var linear = settings(json, Schedule.LINEAR, 0.5);
    assertThat(linear.lrAt(3, 12)).isEqualTo(0.003);
    assertThat(linear.lrAt(9, 12)).isCloseTo(0.003 * (0.5 + 0.5 / 3), within(1e-12));
    assertThat(linear.lrAt(12, 12)).isCloseTo(0.0015, within(1e-12));
  }

  /** Two micro-shards, each with its own part of the gradient. */
  private static void reduce(
      Optimizer optimizer, NDManager manager, SafetensorsFile history, int step)
      throws IOException {
    var first = FlatWeights.zeros(manager, LAYOUT);
    var second = FlatWeights.zeros(manager, LAYOUT);
    for (var parameter : LAYOUT.parameters()) {
      var values = slice(history, "adamw." + parameter.name() + ".grads", step);
      FlatWeights.set(parameter.name().equals("w1") ? first : second, parameter, values);
    }
    for (int unit = 0; unit < optimizer.numReductions(); unit++) {
      optimizer.reduce(unit, List.of(first, second));
    }
  }

  /** Within 1e-5 of a tensor's largest entry, the fixture's tolerance for float32. */
  private static void assertClose(NDArray flat, SafetensorsFile history, String name, int step)
      throws IOException {
    for (var parameter : LAYOUT.parameters()) {
      var key = name.formatted(parameter.name());
      var expected = slice(history, key, step);
      var actual = new float[expected.length];
      FlatWeights.values(flat, parameter).get(actual);
      float largest = 0;
      for (var value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(actual)
          .as("%s after step %d", key, step)
          .containsExactly(expected, within(1e-5f * largest));
    }
  }

  /** A tensor's entry for one step. */
  private static float[] slice(SafetensorsFile history, String name, int step) throws IOException {
    var all = history.floats(name);
    int size = all.length / 12;
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
