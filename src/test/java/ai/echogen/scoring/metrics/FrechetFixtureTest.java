package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsTensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number of the fixture; see the README beside it. */
class FrechetFixtureTest {
  private static final double EPS = 1e-6; // that the reference adds to a root that is not finite
  private static final double TOLERANCE = 1e-9; // of sums

  private static SafetensorsFile features;

  @BeforeAll
  static void open() throws IOException {
    features = SafetensorsFile.open(Fixtures.folder("fid").resolve("features.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    features.close();
  }

  static List<JsonNode> cases() throws IOException {
    var cases = new ObjectMapper().readTree(Fixtures.folder("fid").resolve("cases.json").toFile());
    assertThat(cases).isNotEmpty();
    return List.copyOf(Arrays.asList(new ObjectMapper().convertValue(cases, JsonNode[].class)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheDistance(JsonNode expected) throws IOException {
    assertThat(expected.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(
            "name",
            "x",
            "y",
            "n",
            "rank",
            "distance",
            "mean_term",
            "trace_sum",
            "eps_fallback_used",
            "max_imaginary",
            "distance_with_eps",
            "distance_by_eigh",
            "tolerance");
    var a = moments(expected.get("x").asText());
    var b = moments(expected.get("y").asText());
    assertThat(a.count()).isEqualTo(expected.get("n").get(0).asLong());
    assertThat(b.count()).isEqualTo(expected.get("n").get(1).asLong());
    var got = FrechetDistance.between(a, b);

    assertThat(got.firstRank()).isEqualTo(expected.get("rank").get(0).asInt());
    assertThat(got.secondRank()).isEqualTo(expected.get("rank").get(1).asInt());
    compare(got.meanTerm(), expected.get("mean_term").asDouble(), TOLERANCE);
    compare(got.traceSum(), expected.get("trace_sum").asDouble(), TOLERANCE);
    double tolerance = expected.get("tolerance").asDouble();
    compare(got.distance(), expected.get("distance").asDouble(), tolerance);
    compare(got.distance(), expected.get("distance_by_eigh").asDouble(), tolerance);
    // What the reference's own root went through: here nothing is added and nothing imaginary.
    assertThat(expected.get("eps_fallback_used").asBoolean()).isFalse();
    assertThat(expected.get("max_imaginary").asDouble()).isBetween(0.0, 1e-3);
    double withEps =
        got.meanTerm()
            + got.traceSum()
            - 2 * FrechetDistance.between(raised(a), raised(b)).rootTrace();
    compare(withEps, expected.get("distance_with_eps").asDouble(), tolerance);
  }

  @Test
  void givesMeansAndCovariances() throws IOException {
    var names =
        features.tensors().stream()
            .map(SafetensorsTensor::name)
            .filter(name -> name.startsWith("mean."))
            .map(name -> name.substring("mean.".length()))
            .toList();
    assertThat(names).isNotEmpty();
    for (var name : names) {
      var moments = moments(name);
      var mean = Fixtures.rows(features, "mean." + name)[0];
      var covariance = Fixtures.rows(features, "covariance." + name);
      assertThat(moments.mean()).containsExactly(mean, within(TOLERANCE));
      for (int i = 0; i < mean.length; i++) {
        for (int k = 0; k < mean.length; k++) {
          assertThat(moments.covariance(i, k)).isCloseTo(covariance[i][k], within(TOLERANCE));
        }
      }
    }
  }

  private static FeatureMoments moments(String name) throws IOException {
    return FeatureMoments.of(List.of(Fixtures.rows(features, "features." + name)));
  }

  private static FeatureMoments raised(FeatureMoments moments) {
    var covariance = new double[moments.length()][moments.length()];
    for (int i = 0; i < covariance.length; i++) {
      for (int k = 0; k < covariance.length; k++) {
        covariance[i][k] = moments.covariance(i, k) + (i == k ? EPS : 0);
      }
    }
    return FeatureMoments.of(moments.count(), moments.mean(), covariance);
  }

  private static void compare(double got, double expected, double tolerance) {
    assertThat(got).isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }
}
