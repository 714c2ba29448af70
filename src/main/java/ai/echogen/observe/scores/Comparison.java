package ai.echogen.observe.scores;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.observe.Table;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Two systems on the samples that both have.
 *
 * @param samples that both have
 * @param differences of the numbers that both have a part of in each sample
 */
public record Comparison(
    ScoredRun first, ScoredRun second, PairedSamples samples, List<MetricDifference> differences) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Comparison {
    differences = List.copyOf(differences);
  }

  /** The differences with their intervals. */
  public Table table() {
    var table =
        new Table("score", first.name(), second.name(), "difference", "95 % from", "to", "p");
    for (var one : differences) {
      table.row(
          one.metric(),
          one.first(),
          one.second(),
          one.difference(),
          one.low(),
          one.high(),
          one.p());
    }
    return table;
  }

  /** Numbers of all samples that no sample has a part of, such as an average precision. */
  Optional<Table> others() {
    var names = new TreeSet<>(first.summary().numbers().keySet());
    names.retainAll(second.summary().numbers().keySet());
    differences.forEach(one -> names.remove(one.metric()));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    var table = new Table("score", first.name(), second.name(), "difference");
    for (var name : names) {
      double one = first.summary().numbers().getOrDefault(name, Double.NaN).doubleValue();
      double other = second.summary().numbers().getOrDefault(name, Double.NaN).doubleValue();
      table.row(name, one, other, other - one);
    }
    return Optional.of(table);
  }

  /**
   * Everything but the samples: {@code first}, {@code second} (directory), {@code samples}, {@code
   * onlyFirst}, {@code onlySecond} (counts), {@code notAlike} (texts), {@code differences} (score →
   * first, second, difference, low, high, p, draws). What is not defined is the text {@code "NaN"}.
   */
  public ObjectNode json() {
    var json = JSON.createObjectNode();
    json.put("first", first.place().toString()).put("second", second.place().toString());
    json.put("samples", samples.first().size());
    json.put("onlyFirst", samples.onlyFirst().size());
    json.put("onlySecond", samples.onlySecond().size());
    samples.differences().forEach(json.putArray("notAlike")::add);
    var all = json.putObject("differences");
    for (var one : differences) {
      all.putObject(one.metric())
          .put("first", one.first())
          .put("second", one.second())
          .put("difference", one.difference())
          .put("low", one.low())
          .put("high", one.high())
          .put("p", one.p())
          .put("draws", one.draws());
    }
    return json;
  }

  /**
   * Writes a line a sample, by rising id: {@code id}, {@code split}, {@code scores} (score →
   * [first, second, difference], those that both have).
   */
  public void writeSamples(OutputStream out) throws IOException {
    for (int i = 0; i < samples.first().size(); i++) {
      out.write((line(samples.first().get(i), samples.second().get(i)) + "\n").getBytes(UTF_8));
    }
  }

  private ObjectNode line(SampleScores one, SampleScores other) {
    var line = JSON.createObjectNode().put("id", one.id()).put("split", one.split());
    var scores = line.putObject("scores");
    for (var of : differences) {
      var before = one.number(of.metric());
      var after = other.number(of.metric());
      if (before.isPresent() && after.isPresent()) {
        scores
            .putArray(of.metric())
            .add(before.getAsDouble())
            .add(after.getAsDouble())
            .add(after.getAsDouble() - before.getAsDouble());
      }
    }
    return line;
  }
}
