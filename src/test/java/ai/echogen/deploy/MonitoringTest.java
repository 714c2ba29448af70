package ai.echogen.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The dashboard shows metrics that a training on a cluster really has. */
class MonitoringTest {
  private static final Path DASHBOARD = Path.of("deploy/monitoring/dashboard.json");
  private static final Pattern METRIC = Pattern.compile("\\bmetrics_\\w+");

  @Test
  void everyMetricOfTheDashboardIsOneThatARunHad() throws IOException {
    var dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    var panels = new ArrayList<JsonNode>();
    dashboard.get("panels").forEach(panels::add);
    assertThat(panels).extracting(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
    var queries =
        panels.stream()
            .flatMap(panel -> StreamSupport.stream(panel.path("targets").spliterator(), false))
            .map(target -> target.get("expr").asText())
            .toList();
    assertThat(queries).hasSizeGreaterThan(20).allMatch(query -> query.contains("{run=~\"$run\""));
    var known = known();
    assertThat(METRIC.matcher(Files.readString(DASHBOARD)).results().map(match -> match.group()))
        .isNotEmpty()
        .allMatch(known::contains, "is in metrics.txt");
  }

  @Test
  void everyGaugeOfTrainingIsShown() throws IOException {
    var dashboard = Files.readString(DASHBOARD);
    var gauges =
        known().stream()
            .filter(name -> name.contains("_TrainPlugin_") && name.endsWith("_Value"))
            .toList();
    assertThat(gauges).hasSize(4).allMatch(dashboard::contains);
  }

  @Test
  void prometheusAsksForThePagesThatSparkIsToldToHave() throws IOException {
    var prometheus = Files.readString(Path.of("deploy/monitoring/prometheus.yml"));
    var metrics = Files.readString(Path.of("deploy/monitoring/metrics.properties"));
    assertThat(metrics).contains("*.sink.prometheusServlet.path=/metrics/prometheus\n");
    assertThat(prometheus)
        .contains("metrics_path: /metrics/prometheus\n")
        .contains("metrics_path: /metrics/executors/prometheus\n");
    assertThat(Files.readString(Path.of("deploy/spark.properties")))
        .containsPattern("(?m)^spark\\.metrics\\.namespace +echogen$")
        .containsPattern("(?m)^spark\\.ui\\.prometheus\\.enabled +true$");
  }

  /**
   * Names from the two pages of a training's driver, on two workers of {@code standalone.sh}, with
   * {@code deploy/spark.properties}; without those of memory pools and of the compiler of queries.
   */
  private static Set<String> known() throws IOException {
    try (var in = MonitoringTest.class.getResourceAsStream("metrics.txt")) {
      assertThat(in).isNotNull();
      var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return new TreeSet<>(lines);
    }
  }
}
