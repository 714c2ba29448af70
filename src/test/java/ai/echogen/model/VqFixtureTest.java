package ai.echogen.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.Tensors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The tokenizer against what transformers computes with a random checkpoint. */
class VqFixtureTest {
  private static final Path FIXTURE =
      Path.of(System.getProperty("echogen.fixtures", "src/test/resources/fixtures"))
          .resolve("janus-tiny");

  @Test
  void latentsCodesAndPixelsAreThoseOfTransformers() throws IOException {
    var golden = new TensorFile(FIXTURE.resolve("golden.safetensors"));
    try (var tokenizer = new VqTokenizer(config());
        var manager = Tensors.cpu()) {
      var weights = weights(manager, tokenizer);
      var pixels = golden.read(manager, "vq.pixels");

      var latents = tokenizer.latents(manager, weights, pixels);
      assertClose(latents, golden.read(manager, "vq.latents"));

      var codes = tokenizer.encode(manager, weights, pixels);
      assertThat(codes.getShape()).isEqualTo(golden.read(manager, "vq.codes").getShape());
      assertThat(codes.toLongArray())
          .containsExactly(golden.read(manager, "vq.codes").toLongArray());

      var drawn = tokenizer.decode(manager, weights, golden.read(manager, "gen.codes"));
      assertClose(drawn, golden.read(manager, "vq.decoded"));
    }
  }

  @Test
  void everyVqParameterOfTheCheckpointHasItsPlaceAndShape() throws IOException {
    var checkpoint = new TensorFile(FIXTURE.resolve("model.safetensors"));
    var layout = new VqNetwork(config()).layout();
    var ours = layout.parameters().stream().map(p -> p.name() + p.shape()).toList();
    var theirs =
        checkpoint.names().filter(name -> name.startsWith(VqNetwork.PREFIX)).map(checkpoint::named);
    assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs.toList());
  }

  private static NDArray weights(NDManager manager, VqTokenizer tokenizer) throws IOException {
    var checkpoint = new TensorFile(FIXTURE.resolve("model.safetensors"));
    var flat = new float[(int) tokenizer.layout().size()];
    for (var parameter : tokenizer.layout().parameters()) {
      var values = checkpoint.read(manager, parameter.name()).toFloatArray();
      System.arraycopy(values, 0, flat, (int) parameter.offset(), values.length);
    }
    return Tensors.floats(manager, flat, flat.length);
  }

  private static VqConfig config() throws IOException {
    var config =
        new ObjectMapper().readTree(FIXTURE.resolve("config.json").toFile()).get("vq_config");
    var multiplier =
        StreamSupport.stream(config.get("channel_multiplier").spliterator(), false)
            .map(JsonNode::asInt)
            .toList();
    return VqConfig.janus(
        config.get("base_channels").asInt(),
        multiplier,
        config.get("num_res_blocks").asInt(),
        config.get("latent_channels").asInt(),
        config.get("embed_dim").asInt(),
        config.get("num_embeddings").asInt(),
        config.get("num_patches").asInt());
  }

  /** Within 1e-4 of the largest entry, the fixture's tolerance. */
  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    var a = actual.toFloatArray();
    var e = expected.toFloatArray();
    double largest = IntStream.range(0, e.length).mapToDouble(i -> Math.abs(e[i])).max().orElse(0);
    double worst =
        IntStream.range(0, e.length).mapToDouble(i -> Math.abs(a[i] - e[i])).max().orElse(0);
    assertThat(worst).isLessThan(1e-4 * largest);
  }

  /** Reads a small safetensors file: length of the header, JSON header, data. */
  private static final class TensorFile {
    private final JsonNode header;
    private final ByteBuffer data;

    TensorFile(Path file) throws IOException {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      var json = new byte[(int) bytes.getLong()];
      bytes.get(json);
      header = new ObjectMapper().readTree(json);
      data = bytes.slice();
    }

    java.util.stream.Stream<String> names() {
      return StreamSupport.stream(((Iterable<String>) header::fieldNames).spliterator(), false);
    }

    /** A tensor's name and shape as one text. */
    String named(String name) {
      return name + LongStream.of(shape(name)).boxed().toList();
    }

    NDArray read(NDManager manager, String name) {
      var range = header.get(name).get("data_offsets");
      var slice =
          data.slice(range.get(0).asInt(), range.get(1).asInt() - range.get(0).asInt())
              .order(ByteOrder.LITTLE_ENDIAN);
      var type =
          header.get(name).get("dtype").asText().equals("I64") ? DataType.INT64 : DataType.FLOAT32;
      return manager.create(slice, new Shape(shape(name)), type);
    }

    private long[] shape(String name) {
      return StreamSupport.stream(header.get(name).get("shape").spliterator(), false)
          .mapToLong(JsonNode::asLong)
          .toArray();
    }
  }
}
