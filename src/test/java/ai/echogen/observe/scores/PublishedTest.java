package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.json.JsonRecord;
import ai.echogen.observe.ScoreSummary;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PublishedTest {
  @Test
  void everyTableIsWholeAndNamesItsSources() {
    var systems = new TreeSet<String>();
    for (var table : Published.all()) {
      var published = Published.published(JsonRecord.of(table, "published.json"));
      assertThat(table.path("when").path("benchmark").asText()).isNotEmpty();
      assertThat(published.note()).endsWith(".");
      assertThat(published.rows())
          .isNotEmpty()
          .allSatisfy(
              row -> {
                assertThat(row.values()).anyMatch(Double::isFinite);
                assertThat(row.source()).isNotBlank();
                systems.add(row.system());
              });
    }
    assertThat(systems)
        .contains("EchoGen", "PlanGen", "SMARLI", "ContextGen", "ConsistCompose")
        .contains("InstanceDiffusion", "MIGC", "GLIGEN");
  }

  @Test
  void theTableIsThatOfTheProtocol() {
    assertThat(Published.of(summary(Map.of("benchmark", "coco-layout"), Map.of())))
        .hasValueSatisfying(
            table -> {
              assertThat(table.rows().get(0).system()).isEqualTo("EchoGen");
              assertThat(table.rows().get(0).values())
                  .containsExactly(54.61, Double.NaN, Double.NaN, 20.12);
            });
    assertThat(Published.of(summary(Map.of("benchmark", "scenes"), Map.of()))).isEmpty();
    assertThat(Published.of(summary(Map.of("benchmark", "grounding"), Map.of()))).isEmpty();
    assertThat(Published.of(summary(Map.of("benchmark", "grounding", "rule", "ref-l4"), Map.of())))
        .isPresent();
  }

  @Test
  void aColumnIsTheScoreOfThatNameElseTheOneThatEndsSo() {
    var column = new Published.Column("AP", "ap", 100);
    assertThat(column.of(summary(Map.of(), Map.of("ap", 0.5, "x.ap", 0.25)))).isEqualTo(50);
    assertThat(column.of(summary(Map.of(), Map.of("x.ap", 0.25, "x.y.ap", 1)))).isEqualTo(25);
    assertThat(column.of(summary(Map.of(), Map.of("x.ap", 0.25, "y.ap", 1)))).isNaN();
    assertThat(column.of(summary(Map.of(), Map.of("map", 0.25)))).isNaN();
  }

  private static ScoreSummary summary(Map<String, String> protocol, Map<String, Number> numbers) {
    return Samples.summary(numbers, Map.of(), protocol);
  }
}
