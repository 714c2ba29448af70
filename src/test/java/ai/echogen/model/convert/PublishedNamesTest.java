package ai.echogen.model.convert;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusParameters;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqConfig;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Our tables for the sizes of Janus-Pro-1B against the names of the two published layouts: lines of
 * name with {@code {i}} for numbers, count, and one of the shapes.
 */
class PublishedNamesTest {
  private static final JanusConfig PRO_1B =
      new JanusConfig(
          Optional.of(
              new DecoderConfig(2048, 5632, 24, 16, 16, 128, 1e-6, 10000, 16384, 2, false, false)),
          VqConfig.janus(128, List.of(1, 1, 2, 2, 4), 2, 256, 8, 16384, 24),
          Optional.of(new VisionConfig(1024, 4096, 24, 16, 16, 384, 3, 1e-6, 2, true)),
          AttentionForm.SEPARATE,
          GroundingFeatures.VQ,
          102400,
          0);

  @Test
  void huggingFacesNamesCountsAndShapesAreThosePublished() throws IOException {
    var shapes = JanusParameters.shapes(PRO_1B);

    assertThat(folded(shapes)).containsExactlyInAnyOrderEntriesOf(counts("hugging-face"));
    assertThat(shapes.entrySet()).allSatisfy(tensor -> matches(tensor, shapes("hugging-face")));
    assertThat(shapes).hasSize(964);
    assertThat(size(shapes)).isEqualTo(2_076_636_811L);
    assertThat(JanusParameters.parts(shapes))
        .containsEntry("vision encoder", 303_688_704L)
        .containsEntry("vision aligner", 6_295_552L)
        .containsEntry("VQ tokenizer", 71_883_403L)
        .containsEntry("code embeddings", 131_072L)
        .containsEntry("code aligner", 4_214_784L)
        .containsEntry("code head", 37_767_168L)
        .containsEntry("language model", 1_442_940_928L)
        .containsEntry("text head", 209_715_200L)
        .hasSize(8);
  }

  @Test
  void originalNamesCountsAndShapesAreThosePublished() throws IOException {
    var described = new LinkedHashMap<String, NamedTensor>();
    JanusParameters.shapes(PRO_1B)
        .forEach((name, shape) -> described.put(name, NamedTensor.described(name, shape)));
    var shapes = new TreeMap<String, List<Long>>();
    OriginalNames.toOriginal(described.values())
        .forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    for (var extra : OriginalNames.EXTRAS) {
      shapes.put(extra, shapes("original").get(extra));
    }

    assertThat(folded(shapes)).containsExactlyInAnyOrderEntriesOf(counts("original"));
    assertThat(shapes.entrySet()).allSatisfy(tensor -> matches(tensor, shapes("original")));
    assertThat(shapes).hasSize(882);
    assertThat(size(shapes)).isEqualTo(2_089_297_547L);
  }

  @Test
  void bothDirectionsOfTheTableAgree() {
    var described = new LinkedHashMap<String, NamedTensor>();
    JanusParameters.shapes(PRO_1B)
        .forEach((name, shape) -> described.put(name, NamedTensor.described(name, shape)));

    var back = OriginalNames.toHuggingFace(OriginalNames.toOriginal(described.values()).values());

    assertThat(back).containsExactlyInAnyOrderEntriesOf(described);
  }

  @Test
  void theSizesComeFromTheShapesOfAnOriginalCheckpoint() throws IOException {
    var described = new LinkedHashMap<String, NamedTensor>();
    JanusParameters.shapes(PRO_1B)
        .forEach((name, shape) -> described.put(name, NamedTensor.described(name, shape)));
    var config =
        json(
            """
            {"language_config": {"num_attention_heads": 16, "max_position_embeddings": 16384},
             "vision_config": {"params":
               {"image_size": 384, "model_name": "siglip_large_patch16_384"}}}
            """);

    var sizes = new OriginalSizes(described, config);

    assertThat(sizes.derive()).isEqualTo(PRO_1B);
    assertThat(sizes.contradictions(PRO_1B)).isEmpty();
  }

  @Test
  void whatTransformersLeavesOutOfAConfigurationIsFilledIn() throws IOException {
    var config = // what differs from the defaults of transformers
        json(
            """
            {"text_config": {"hidden_size": 2048, "intermediate_size": 5632,
              "num_hidden_layers": 24,
              "num_attention_heads": 16, "max_position_embeddings": 16384, "vocab_size": 102400},
             "vision_config": {"model_type": "janus_vision_model"},
             "vq_config": {"model_type": "janus_vqgan", "num_patches": 32}}
            """);

    PortConfig.addDefaults(config, List.of());

    assertThat(JanusConfig.parse(config, Path.of("config.json"))).isEqualTo(PRO_1B);
  }

  @Test
  void ourOwnConfigurationReadsBackTheSame() {
    assertThat(JanusConfig.parse(PRO_1B.toJson(), Path.of("config.json"))).isEqualTo(PRO_1B);
  }

  private static void matches(
      Map.Entry<String, List<Long>> tensor, Map<String, List<Long>> published) {
    // a folded line shows the shape of one of several tensors: its rank is that of all
    var shape = published.get(pattern(tensor.getKey()));
    assertThat(shape).as(tensor.getKey()).hasSameSizeAs(tensor.getValue());
    if (!tensor.getKey().matches(".*(down|up|conv_blocks)\\.\\d.*|.*aligner\\.layers.*")) {
      assertThat(tensor.getValue()).as(tensor.getKey()).isEqualTo(shape);
    }
  }

  private static Map<String, Integer> folded(Map<String, List<Long>> shapes) {
    var counts = new TreeMap<String, Integer>();
    shapes.keySet().forEach(name -> counts.merge(pattern(name), 1, Integer::sum));
    return counts;
  }

  private static String pattern(String name) {
    return name.replaceAll("\\.\\d+(?=\\.)", ".{i}");
  }

  private static long size(Map<String, List<Long>> shapes) {
    return shapes.values().stream().mapToLong(JanusParameters::size).sum();
  }

  private static Map<String, Integer> counts(String layout) throws IOException {
    var counts = new TreeMap<String, Integer>();
    lines(layout).forEach(line -> counts.put(line[0], Integer.parseInt(line[1])));
    return counts;
  }

  private static Map<String, List<Long>> shapes(String layout) {
    var shapes = new TreeMap<String, List<Long>>();
    for (var line : lines(layout)) {
      var sizes = line[2].substring(1, line[2].length() - 1).split(", ");
      shapes.put(line[0], List.of(sizes).stream().map(Long::valueOf).toList());
    }
    return shapes;
  }

  private static List<String[]> lines(String layout) {
    try (InputStream in =
        PublishedNamesTest.class.getResourceAsStream("janus-pro-1b-" + layout + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", 3))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }
}
