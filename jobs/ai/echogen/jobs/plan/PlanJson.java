package ai.echogen.jobs.plan;

import ai.echogen.storage.Location;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.plan.Advice;
import ai.echogen.train.plan.Forecast;
import ai.echogen.train.plan.Remedy;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;

/**
 * A plan as programs read it, {@code plan.json}: {@code origin} (job, command, version, settings),
 * {@code taken}, {@code parameters}, {@code work}, and {@code executors}, an object a number of
 * them. Bytes, seconds and FLOPs; shares from 0 to 1.
 */
public final class PlanJson {
  private static final String FILE = "plan.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanJson() {}

  /** Where a plan lies in a directory. */
  public static Location place(Location directory) {
    return directory.child(FILE);
  }

  /**
   * Writes it.
   *
   * @throws IllegalArgumentException if there is one already
   */
  public static void write(Location directory, PlanInput input, ObjectNode origin)
      throws IOException {
    directory.makeDirectories();
    var bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(of(input, origin));
    if (!place(directory).createNew(bytes)) {
      throw new IllegalArgumentException(place(directory) + ": is there already; give another out");
    }
  }

  /** The whole of it. */
  static ObjectNode of(PlanInput input, ObjectNode origin) {
    var root = JSON.createObjectNode();
    root.set("origin", origin);
    var taken = root.putArray("taken");
    input
        .taken()
        .forEach(
            value ->
                taken
                    .addObject()
                    .put("what", value.what())
                    .put("value", value.value())
                    .put("from", value.from()));
    var parameters = root.putObject("parameters");
    input.parts().forEach(parameters::put);
    parameters.put("trained", input.run().model().trained());
    putWork(root.putObject("work"), input);
    var rows = root.putArray("executors");
    input.forecasts().forEach(forecast -> putForecast(rows, forecast, input));
    return root;
  }

  private static void putWork(ObjectNode work, PlanInput input) {
    var forecast = input.forecasts().get(0);
    var each = forecast.sampleWork();
    work.put("tokens_a_step", forecast.tokens());
    work.put("batch", input.run().batch());
    work.put("steps", input.run().steps());
    work.put("flops_forward", each.forward());
    work.put("flops_gradients", each.backward());
    work.put("flops_again", each.again());
    work.put("flops_adapter", each.adapter());
    work.put("flops_a_step", forecast.stepWork().total());
    work.put("drawings_a_step", forecast.drawings());
    work.put("drawn_tokens_a_step", forecast.drawnTokens());
  }

  private static void putForecast(ArrayNode rows, Forecast forecast, PlanInput input) {
    var link = input.run().link();
    var row = rows.addObject();
    row.put("executors", forecast.executors());
    row.put("working", forecast.working());
    row.put("micro_shards", forecast.microShards());
    row.put("gradient_seconds", forecast.gradientSeconds());
    row.put("update_seconds", forecast.updateSeconds());
    row.put("rollout_seconds", forecast.rolloutSeconds());
    for (var mode : forecast.modes()) {
      var node = row.putObject(mode.name().toLowerCase(Locale.ROOT));
      boolean inRounds = mode == Mode.ROUNDS;
      if (inRounds) {
        node.put("inner_steps", link.innerSteps());
        node.put("workers", forecast.workers());
        node.put("moment_bytes", forecast.momentBytes());
      }
      for (var wire : Wire.values()) {
        var exchange = node.putObject(wire.name().toLowerCase(Locale.ROOT));
        var bytes = inRounds ? forecast.roundBytes(wire) : forecast.stepBytes(wire);
        exchange.put("bytes_most", bytes.most());
        exchange.put("bytes_all", bytes.sum());
        exchange.put(
            "seconds",
            inRounds ? forecast.roundExchangeSeconds(wire) : forecast.stepExchangeSeconds(wire));
        exchange.put(
            "share",
            inRounds ? forecast.roundShare(wire, link.innerSteps()) : forecast.stepShare(wire));
        exchange.put(
            "hours",
            inRounds ? forecast.roundHours(wire, link.innerSteps()) : forecast.hours(wire));
      }
      putMemory(node, forecast, mode, input.settings().reserve());
      node.put("checkpoint_bytes", forecast.checkpointBytes(mode));
    }
    var advice = Advice.of(forecast, input.settings().reserve());
    var choose = row.putObject("choose");
    choose
        .put("mode", advice.mode().name().toLowerCase(Locale.ROOT))
        .put("wire", advice.wire().name().toLowerCase(Locale.ROOT))
        .put("inner_steps", advice.innerSteps())
        .put("why", advice.why())
        .put("keys", advice.keys());
    var others = choose.putArray("or");
    advice.others().forEach(others::add);
  }

  private static void putMemory(ObjectNode node, Forecast forecast, Mode mode, double reserve) {
    TrainingMemory memory = forecast.memory(mode);
    var parts = node.putObject("memory");
    parts.put("base", memory.base());
    parts.put("weights", memory.weights());
    parts.put("moments", memory.optimizer());
    parts.put("gradients", memory.gradients());
    parts.put("passes", memory.passes());
    parts.put("sum", memory.sum());
    forecast.run().device().memory().ifPresent(there -> parts.put("there", there));
    parts.put("fits", forecast.fits(memory, reserve));
    forecast.mostSamples(mode, reserve).ifPresent(most -> parts.put("most_samples", most));
    if (!forecast.fits(memory, reserve)) {
      var remedies = parts.putArray("remedies");
      Remedy.of(forecast, mode, reserve)
          .forEach(
              remedy ->
                  remedies
                      .addObject()
                      .put("keys", String.join(" ", remedy.keys()))
                      .put("bytes", remedy.bytes())
                      .put("fits", remedy.fits()));
    }
  }
}
