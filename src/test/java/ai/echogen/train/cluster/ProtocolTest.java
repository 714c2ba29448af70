package ai.echogen.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.train.cluster.Protocol.Pulse;
import java.io.File;
import java.io.InvalidClassException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtocolTest {
  @Test
  void messagesComeBackAsTheyWere() {
    var message = new Pulse("run", 1, 2);
    assertThat(Protocol.decoded(Protocol.encoded(message))).isEqualTo(message);
    var plain = new TreeMap<>(Map.of("a", List.of(1L, 2.5, "x", new int[0].length)));
    assertThat(Protocol.decoded(Protocol.encoded(plain))).isEqualTo(plain);
  }

  /** Chains of such objects run code where they are read. */
  @ParameterizedTest
  @MethodSource("foreign")
  void objectsOfOtherClassesAreRefused(Serializable object) {
    var bytes = Protocol.encoded(object);
    assertThatThrownBy(() -> Protocol.decoded(bytes))
        .hasCauseInstanceOf(InvalidClassException.class);
  }

  /** A few bytes can ask for all memory, or for hours. */
  @ParameterizedTest
  @MethodSource("excessive")
  void whatIsBeyondAnyMessageIsRefused(Serializable object) {
    var bytes = Protocol.encoded(object);
    assertThatThrownBy(() -> Protocol.decoded(bytes))
        .hasCauseInstanceOf(InvalidClassException.class);
  }

  static List<Serializable> excessive() {
    var nested = new ArrayList<Object>();
    for (int i = 0; i < 30; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    var many = new ArrayList<Object>();
    for (int i = 0; i < 1_100_000; i++) {
      many.add(i);
    }
    return List.of(new byte[(1 << 24) + 1], nested, many);
  }

  @Test
  void resultsOfMegabytesComeBack() {
    var results = List.of(new byte[1 << 22], new byte[1 << 22]);
    var message = new Protocol.Mapped("run", List.of(0, 1), results);
    var decoded = (Protocol.Mapped) Protocol.decoded(Protocol.encoded(message));
    assertThat(decoded.results()).hasSize(2).allMatch(bytes -> bytes.length == 1 << 22);
  }

  static List<Serializable> foreign() throws Exception {
    return List.of(
        new File("x"),
        (Serializable) List.of(new File("x")),
        new scala.Tuple2<>("a", "b"),
        (Serializable & Runnable) () -> {},
        new java.net.URL("http://127.0.0.1/"));
  }
}
