package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.torch.safetensors.SafetensorsType;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertJobTest {
  /** Its sizes are written out below, so it is always this one. */
  private static final Path CHECKPOINT = Path.of("src/test/resources/fixtures/janus-tiny");

  private static final String POOLING = "vision_model.vision_tower.attn_pool.latent";
  private static final String USED = "gen_vision_model.quantize.codebook_used";
  private static final String BIGRAM = "echogen.bigram_shift";

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void huggingFacesLayoutStaysAsItIs() throws IOException {
    var model = Files.createDirectory(temp.resolve("published"));
    for (var name : List.of("config.json", "model.safetensors", "generation_config.json")) {
      Files.copy(CHECKPOINT.resolve(name), model.resolve(name));
    }
    for (var name : List.of("tokenizer.json", "chat_template.jinja", "merges.txt")) {
      Files.writeString(model.resolve(name), "{}");
    }
    Files.writeString(model.resolve("README.md"), "the source's card");
    Files.writeString(model.resolve("training.log"), "not a part of the model");

    convert(model, "ours");

    var ours = temp.resolve("ours");
    assertThat(ours.resolve("model.safetensors"))
        .hasSameBinaryContentAs(CHECKPOINT.resolve("model.safetensors"));
    assertThat(json(ours)).isEqualTo(json(CHECKPOINT));
    assertThat(ours.resolve("generation_config.json"))
        .hasSameBinaryContentAs(CHECKPOINT.resolve("generation_config.json"));
    assertThat(names(ours))
        .containsExactlyInAnyOrder(
            "config.json",
            "model.safetensors",
            "generation_config.json",
            "tokenizer.json",
            "chat_template.jinja",
            "merges.txt",
            "README.md");
    assertThat(Files.readString(ours.resolve("README.md")))
        .contains("published", "Hugging Face's layout", "| **all** | **1,373,243** |", "float32")
        .doesNotContain(temp.toString(), "the source's card");
  }

  @Test
  void bothLayoutsInOneFileAndInManyHoldTheSameBytes() throws IOException {
    convert(CHECKPOINT, "original", "to=janus", "maxShardBytes=500000");
    assertThat(names(temp.resolve("original")))
        .contains("model.safetensors.index.json", "model-00013-of-00013.safetensors");
    assertThat(said()).contains("left out", POOLING, USED);
    assertThat(TinyCheckpoint.read(temp.resolve("original")).tensors)
        .containsKeys(
            "vision_model.vision_tower.blocks.1.attn.qkv.weight",
            "gen_vision_model.encoder.mid.1.proj_out.bias",
            "aligner.layers.2.weight",
            "language_model.lm_head.weight");

    convert(temp.resolve("original"), "back", "to=transformers", "maxShardBytes=2000000");
    convert(temp.resolve("back"), "whole");

    assertThat(said()).contains("reads original: the original Janus layout, 282 tensors");
    assertThat(temp.resolve("whole/model.safetensors"))
        .hasSameBinaryContentAs(CHECKPOINT.resolve("model.safetensors"));
    for (var section : List.of("text_config", "vision_config", "vq_config")) {
      var before = json(CHECKPOINT).get(section);
      json(temp.resolve("back"))
          .get(section)
          .fields()
          .forEachRemaining(
              field -> {
                if (before.has(field.getKey())) {
                  assertThat(field.getValue())
                      .as(section + "." + field.getKey())
                      .isEqualTo(before.get(field.getKey()));
                }
              });
    }
  }

  @Test
  void tensorsWithoutAPlaceAreKeptAndGivenBack() throws IOException {
    convert(CHECKPOINT, "plain", "to=janus", "dtype=bfloat16");
    var original = TinyCheckpoint.read(temp.resolve("plain"));
    var used = new byte[2 * 96];
    new Random(3).nextBytes(used);
    original.tensors.put(USED, TinyCheckpoint.Tensor.of(SafetensorsType.BF16, used, 96L));
    original.tensors.put(POOLING, TinyCheckpoint.Tensor.zeros(SafetensorsType.BF16, 1L, 1L, 48L));
    original.write(temp.resolve("published"), 1 << 30);

    convert(temp.resolve("published"), "ours");
    assertThat(TinyCheckpoint.tensors(temp.resolve("ours/original.safetensors")))
        .containsOnlyKeys(USED, POOLING);
    convert(temp.resolve("ours"), "again", "to=janus", "dtype=bfloat16");
    assertThat(TinyCheckpoint.read(temp.resolve("again")).tensors).isEqualTo(original.tensors);
    assertThat(json(temp.resolve("again"))).isEqualTo(json(temp.resolve("plain")));

    convert(temp.resolve("ours"), "port", "to=transformers");
    assertThat(said()).contains("transformers has no place for them", USED);
    assertThat(temp.resolve("port/original.safetensors")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"bfloat16, BF16", "float16, F16"})
  void narrowWeightsComeBackBitForBit(String dtype, SafetensorsType type) throws IOException {
    var source = TinyCheckpoint.read(CHECKPOINT);
    var random = new Random(11); // any bits: subnormals, infinities and NaNs too
    source.tensors.replaceAll(
        (name, tensor) -> {
          var bytes = new byte[tensor.bytes().remaining() / 2];
          random.nextBytes(bytes);
          return new TinyCheckpoint.Tensor(type, tensor.shape(), ByteBuffer.wrap(bytes));
        });
    source.config.put("dtype", dtype);
    source.write(temp.resolve("narrow"), 300_000);

    convert(temp.resolve("narrow"), "wide");
    assertThat(json(temp.resolve("wide")).get("dtype").asText()).isEqualTo("float32");
    assertThat(TinyCheckpoint.read(temp.resolve("wide")).tensors.values())
        .allMatch(tensor -> tensor.type() == SafetensorsType.F32);
    convert(temp.resolve("wide"), "narrowed", "dtype=" + dtype);
    assertThat(TinyCheckpoint.read(temp.resolve("narrowed")).tensors).isEqualTo(source.tensors);

    convert(temp.resolve("narrow"), "port", "to=transformers"); // keeps the source's type
    assertThat(TinyCheckpoint.read(temp.resolve("port")).tensors).isEqualTo(source.tensors);
    assertThat(json(temp.resolve("port"))).isEqualTo(source.config);
  }

  @Test
  void everythingWrongWithHuggingFacesTensorsIsListedAtOnce() throws IOException {
    var broken = TinyCheckpoint.read(CHECKPOINT);
    var tensors = broken.tensors;
    tensors.remove("model.vqmodel.quant_conv.bias");
    tensors.remove("model.language_model.layers.1.mlp.up_proj.weight");
    tensors.put("model.surprise", TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 3L));
    tensors.put("lm_head.weight", TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 64L, 320L));
    tensors.put("model.aligner.fc1.bias", TinyCheckpoint.Tensor.zeros(SafetensorsType.I64, 64L));
    broken.write(temp.resolve("broken"), 1 << 30);
    new SafetensorsWriter()
        .add("stray", SafetensorsType.F32, List.of(1L), () -> ByteBuffer.allocate(4))
        .write(temp.resolve("broken/original.safetensors"));

    assertThat(run("model=" + temp.resolve("broken"), "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said())
        .contains(
            "in Hugging Face's layout, what its config.json describes (6 problems)",
            "unknown in original.safetensors: stray",
            "missing: model.vqmodel.quant_conv.bias [8]",
            "missing: model.language_model.layers.1.mlp.up_proj.weight [160, 64]",
            "unknown: model.surprise [3]",
            "misshapen: lm_head.weight must be [320, 64], is [64, 320]",
            "mistyped: model.aligner.fc1.bias must be floating-point, is I64");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void everythingWrongWithOriginalTensorsIsListedAtOnceByTheirNames() throws IOException {
    convert(CHECKPOINT, "original", "to=janus");
    var broken = TinyCheckpoint.read(temp.resolve("original"));
    broken.tensors.remove("vision_model.vision_tower.blocks.1.attn.qkv.bias");
    broken.tensors.put(
        "vision_model.vision_tower.pos_embed",
        TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 16L, 48L));
    broken.tensors.put(
        "gen_vision_model.encoder.down.0.block.0.norm1.weight",
        TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 32L));
    ((ObjectNode) broken.config.get("language_config")).put("num_hidden_layers", 3);
    broken.write(temp.resolve("broken"), 1 << 30);

    assertThat(run("model=" + temp.resolve("broken"), "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said())
        .contains(
            "in the original Janus layout, what its config.json describes (4 problems)",
            "config.json says language_config.num_hidden_layers = 3, the shapes say 2",
            "missing: vision_model.vision_tower.blocks.1.attn.qkv.bias [144]",
            "misshapen: vision_model.vision_tower.pos_embed must be [1, 16, 48], is [16, 48]",
            "unknown: gen_vision_model.encoder.down.0.block.0.norm1.weight [32]");
  }

  @Test
  void sizesThatNothingTellsAreNamedTogether() throws IOException {
    convert(CHECKPOINT, "original", "to=janus");
    var broken = TinyCheckpoint.read(temp.resolve("original"));
    broken.tensors.remove("language_model.model.norm.weight");
    broken.tensors.put("stray", TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 1L));
    ((ObjectNode) broken.config.get("language_config")).remove("num_attention_heads");
    ((ObjectNode) broken.config.at("/vision_config/params")).remove("num_heads");
    broken.write(temp.resolve("broken"), 1 << 30);

    assertThat(run("model=" + temp.resolve("broken"), "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said())
        .contains(
            "config.json must give language_config.num_attention_heads",
            "config.json must give vision_config.params.num_heads",
            "missing: language_model.model.norm.weight, which tells a size",
            "unknown: stray");
  }

  @ParameterizedTest
  @CsvSource({"transformers", "janus"})
  void whatJanusDoesNotKnowIsRefusedByName(String to) throws IOException {
    var ours = TinyCheckpoint.read(CHECKPOINT);
    ours.config
        .putObject("echogen")
        .put("attention_form", "layered")
        .put("bigram_shift", true)
        .put("vq_norm_groups", 16);
    ours.config.remove("vision_config");
    ours.tensors.keySet().removeIf(name -> name.matches("model\\.(vision_model|aligner)\\..*"));
    ours.tensors.put(BIGRAM, TinyCheckpoint.Tensor.zeros(SafetensorsType.F32, 64L));
    ours.write(temp.resolve("ours"), 1 << 30);

    assertThat(run("model=" + temp.resolve("ours"), "out=" + temp.resolve("out"), "to=" + to))
        .isEqualTo(2);
    assertThat(said())
        .contains(
            "ours cannot become " + to,
            "bigram_shift: an extra",
            "vq_norm_groups = 16: an extra",
            "attention_form = layered: an extra",
            "has no vision encoder (vision_config), which Janus needs; train with one");

    convert(temp.resolve("ours"), "smaller", "dtype=bfloat16"); // for us it is no problem
    assertThat(json(temp.resolve("smaller")).get("echogen")).isEqualTo(ours.config.get("echogen"));
  }

  @Test
  void ourOwnPartOfTheConfigurationStaysHere() throws IOException {
    var ours = TinyCheckpoint.read(CHECKPOINT);
    ours.config.putObject("echogen").put("attention_form", "two-copies").put("location_bins", 32);
    ours.write(temp.resolve("ours"), 1 << 30);

    convert(temp.resolve("ours"), "port", "to=transformers");

    assertThat(json(temp.resolve("port"))).isEqualTo(json(CHECKPOINT));
  }

  @Test
  void aTiedTextHeadBecomesACopyOfTheEmbedding() throws IOException {
    var tied = TinyCheckpoint.read(CHECKPOINT);
    tied.tensors.remove("lm_head.weight");
    tied.config.put("tie_word_embeddings", true);
    ((ObjectNode) tied.config.get("text_config")).put("tie_word_embeddings", true);
    tied.write(temp.resolve("tied"), 1 << 30);

    convert(temp.resolve("tied"), "ours");

    assertThat(said()).contains("lm_head.weight is tied");
    var ours = TinyCheckpoint.read(temp.resolve("ours"));
    assertThat(ours.tensors.get("lm_head.weight"))
        .isEqualTo(ours.tensors.get("model.language_model.embed_tokens.weight"));
    assertThat(json(temp.resolve("ours"))).isEqualTo(json(CHECKPOINT));
  }

  @Test
  void theIdOfTheImagePlaceholderComesFromTheTokenizer() throws IOException {
    convert(CHECKPOINT, "original", "to=janus");
    Files.writeString(
        temp.resolve("original/tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "added_tokens": [
          {"id": 7, "content": "<begin_of_image>", "special": true},
          {"id": 9, "content": "<image_placeholder>", "special": true}],
         "model": {"type": "BPE", "vocab": {"a": 0}}}
        """);

    convert(temp.resolve("original"), "port", "to=transformers");

    assertThat(json(temp.resolve("port")).get("image_token_id").asInt()).isEqualTo(9);
    assertThat(temp.resolve("port/tokenizer.json"))
        .hasSameBinaryContentAs(temp.resolve("original/tokenizer.json"));
  }

  @Test
  void aPickleIsRefusedWithTheWayOut() throws IOException {
    var pickled = Files.createDirectory(temp.resolve("pickled"));
    Files.copy(CHECKPOINT.resolve("config.json"), pickled.resolve("config.json"));
    Files.writeString(pickled.resolve("pytorch_model.bin"), "PK");

    assertThat(run("model=" + pickled, "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said()).contains("pytorch_model.bin", "save_file").hasLineCount(1);
  }

  @Test
  void aDryRunShowsThePlanAndWritesNothing() {
    assertThat(
            run("model=" + CHECKPOINT, "out=" + temp.resolve("out"), "dtype=float16", "--dry-run"))
        .isZero();

    assertThat(said())
        .contains(
            "reads janus-tiny: Hugging Face's layout, 282 tensors, 1,373,243 parameters",
            "language model            115,008",
            "in float16: 2,746,486 bytes",
            "  model.safetensors");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  private void convert(Path model, String out, String... more) {
    var words = new ArrayList<>(List.of("model=" + model, "out=" + temp.resolve(out)));
    words.addAll(Arrays.asList(more));
    assertThat(run(words.toArray(String[]::new))).as(this::said).isZero();
  }

  private int run(String... words) {
    var stream = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), stream, stream).run(new ConvertJob(), List.of(words));
  }

  private String said() {
    return console.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode json(Path directory) throws IOException {
    return new ObjectMapper().readTree(directory.resolve("config.json").toFile());
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
