package ai.echogen.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.model.JanusTiny;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.torch.Closeness;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.FlatWeights;
import ai.echogen.torch.weights.ParameterLayout.Parameter;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.optim.Optimizer;
import ai.echogen.train.sync.Sums;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A training step of the transformer against autograd and optimisers of torch. */
class TrainStepFixtureTest {
  private NDManager manager;
  private Decoder decoder;
  private Script script;
  private SafetensorsFile golden;
  private JsonNode expected;
  private NDArray weights;

  @BeforeEach
  void open() throws IOException {
    manager = Tensors.cpu();
    decoder = JanusTiny.decoder(0);
    script =
        Script.compile(
            decoder.source() + Script.text(getClass(), "llama-step.script", decoder.constants()));
    golden = SafetensorsFile.open(JanusTiny.TRAINING.resolve("gradients.safetensors"));
    expected = JanusTiny.json(JanusTiny.TRAINING.resolve("expected.json"));
    weights = JanusTiny.weights(manager, decoder.parameters().layout());
  }

  @AfterEach
  void close() throws IOException {
    golden.close();
    script.close();
    decoder.close();
    manager.close();
  }

  @Test
  void lossesAndGradientsAreThoseOfTorch() throws IOException {
    var results = step();
    assertLosses(results.get(0), expected, 1e-5);
    var gradient = results.get(1);
    double total = expected.get("grad_norm").asDouble();
    assertThat(norm(gradient.toFloatArray())).isCloseTo(total, within(1e-4 * total));
    var norms = expected.get("grad_norms");
    assertThat(decoder.parameters().layout().parameters()).hasSize(norms.size());
    for (var parameter : decoder.parameters().layout().parameters()) {
      double theirs = norms.get(parameter.name()).asDouble();
      assertThat(norm(values(gradient, parameter)))
          .as(parameter.name())
          .isCloseTo(theirs, within(1e-4 * theirs));
      if (golden.has(parameter.name())) {
        Closeness.assertClose(
            values(gradient, parameter), golden.floats(parameter.name()), 1e-4, parameter.name());
      }
    }
  }

  @Test
  void aStepDownTheGradientLowersTheLossesAsInTorch() throws IOException {
    var after = expected.get("after_sgd");
    var moved = weights.sub(step().get(1).mul(after.get("lr").floatValue()));
    moved.copyTo(weights);
    assertLosses(step().get(0), after, 1e-4);
  }

  @Test
  void aStepOfAdamWLowersTheLossesAsInTorch() throws IOException {
    var after = expected.get("after_adamw");
    try (var optimizer = new Optimizer(settings(after), groups(), Device.cpu())) {
      var gradient = step().get(1);
      var sum = Sums.of(List.of(gradient));
      var now = new Optimizer.Step(0, after.get("lr").asDouble(), optimizer.clipFactor(sum.norm()));
      var moments = optimizer.moments(manager, weights.size());
      for (int unit = 0; unit < optimizer.numUpdates(); unit++) {
        optimizer.update(unit, weights, sum.total(), moments, now);
      }
    }
    assertLosses(step().get(0), after, 1e-3);
  }

  private List<NDArray> step() throws IOException {
    var text = JanusTiny.ids(manager, golden, "text.input_ids");
    var codes = JanusTiny.ids(manager, golden, "gen.codes");
    return script.call(manager, "step", weights, text, codes);
  }

  /** The fixture decays tensors of two or more dimensions, embeddings included. */
  private List<ParameterGroup> groups() {
    return decoder.parameters().layout().parameters().stream()
        .map(
            p ->
                new ParameterGroup(
                    p.shape().size() > 1 ? Role.MATRIX : Role.OTHER, p.offset(), p.size(), 1))
        .toList();
  }

  private static OptimizerSettings settings(JsonNode json) {
    return new OptimizerSettings(
        Method.ADAMW,
        json.get("lr").asDouble(),
        0,
        Schedule.CONSTANT,
        1,
        json.get("betas").get(0).asDouble(),
        json.get("betas").get(1).asDouble(),
        json.get("eps").asDouble(),
        0.95,
        json.get("weight_decay").asDouble(),
        json.get("max_norm").asDouble());
  }

  private static void assertLosses(NDArray losses, JsonNode expected, double tolerance) {
    assertThat(losses.getFloat(0))
        .isCloseTo(expected.get("image_loss").floatValue(), within((float) tolerance));
    assertThat(losses.getFloat(1))
        .isCloseTo(expected.get("text_loss").floatValue(), within((float) tolerance));
  }

  private static float[] values(NDArray flat, Parameter parameter) {
    var values = new float[(int) parameter.size()];
    FlatWeights.values(flat, parameter).get(values);
    return values;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (var value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
