package ai.echogen.torch.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  private static final Path JANUS = Path.of("src/test/resources/fixtures/janus-tiny");

  @TempDir Path folder;

  @Test
  void readsACheckpointThatTransformersWrote() throws IOException {
    try (var file = SafetensorsFile.open(JANUS.resolve("model.safetensors"))) {
      var embedding = file.tensor("model.language_model.embed_tokens.weight");

      assertThat(file.metadata()).containsEntry("format", "pt");
      assertThat(embedding.type()).isEqualTo(SafetensorsType.F32);
      assertThat(file.floats(embedding.name()))
          .hasSize(Math.toIntExact(embedding.shape().get(0) * embedding.shape().get(1)));
      assertThat(file.tensors().stream().mapToLong(SafetensorsTensor::numBytes).sum())
          .isLessThan(Files.size(JANUS.resolve("model.safetensors")))
          .isGreaterThan(5_000_000);
      for (var tensor : file.tensors()) {
        assertThat(file.read(tensor.name()).remaining()).isEqualTo((int) tensor.numBytes());
      }
    }
  }

  @Test
  void readsIntegersAndFloatsOfTheGoldenFile() throws IOException {
    try (var file = SafetensorsFile.open(JANUS.resolve("golden.safetensors"))) {
      assertThat(file.tensor("text.input_ids").shape()).containsExactly(2L, 19L);
      assertThat(file.ints("text.input_ids"))
          .hasSize(38)
          .startsWith(307, 224, 58, 12)
          .endsWith(157);
      assertThatThrownBy(() -> file.floats("gen.codes"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("gen.codes must have a floating-point type, got I64");
      assertThatThrownBy(() -> file.ints("text.logits"))
          .hasMessageEndingWith("text.logits must have an integer type, got F32");
      assertThatThrownBy(() -> file.tensor("lm_head"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no tensor lm_head among its");
    }
  }

  @Test
  void widensHalfTypesToFloat() throws IOException {
    var path = folder.resolve("half.safetensors");
    new SafetensorsWriter()
        .add(
            "bf16", SafetensorsType.BF16, List.of(4L), () -> shorts(0x3f80, 0xc049, 0x0001, 0x7f80))
        .add(
            "f16",
            SafetensorsType.F16,
            List.of(2L, 4L),
            () -> shorts(0x3c00, 0xc248, 0x0001, 0x03ff, 0x0400, 0x7bff, 0xfc00, 0x8000))
        .add("f64", SafetensorsType.F64, List.of(), () -> little(8).putDouble(0, 0.1))
        .write(path);

    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.floats("bf16"))
          .containsExactly(1f, -3.140625f, 0x1p-133f, Float.POSITIVE_INFINITY);
      assertThat(file.floats("f16"))
          .containsExactly(
              1f,
              -3.140625f,
              0x1p-24f,
              1023 * 0x1p-24f,
              0x1p-14f,
              65504f,
              Float.NEGATIVE_INFINITY,
              -0f);
      assertThat(file.floats("f64")).containsExactly(0.1f);
    }
    assertThat(Float.intBitsToFloat(FloatBits.ofHalf((short) 0x7e01))).isNaN();
  }

  @Test
  void readsEveryIntegerType() throws IOException {
    var path = folder.resolve("ints.safetensors");
    var minusTwo = ByteBuffer.wrap(new byte[] {-2, -1, -1, -1, -1, -1, -1, -1});
    var writer = new SafetensorsWriter();
    for (var type : List.of("BOOL", "U8", "I8", "U16", "I16", "I32", "I64")) {
      var wanted = SafetensorsType.valueOf(type);
      writer.add(type, wanted, List.of(1L), () -> minusTwo.slice(0, wanted.numBytes()));
    }
    writer.write(path);

    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.ints("U8")).containsExactly(254);
      assertThat(file.ints("BOOL")).containsExactly(254);
      assertThat(file.ints("I8")).containsExactly(-2);
      assertThat(file.ints("U16")).containsExactly(65534);
      assertThat(file.ints("I16")).containsExactly(-2);
      assertThat(file.ints("I32")).containsExactly(-2);
      assertThat(file.ints("I64")).containsExactly(-2);
    }
  }

  @Test
  void copiesAnySlice() throws IOException {
    var path = folder.resolve("slices.safetensors");
    var values = FloatBuffer.allocate(700_000); // more than one internal slice
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, i);
    }
    new SafetensorsWriter().add("x", List.of(700L, 1000L), () -> values).write(path);

    try (var file = SafetensorsFile.open(path)) {
      var part = FloatBuffer.allocate(600_002).position(1).limit(600_001);
      file.copyTo("x", 99_000, part);

      assertThat(part.remaining()).isZero();
      assertThat(part.get(0)).isZero();
      assertThat(part.get(1)).isEqualTo(99_000);
      assertThat(part.get(600_000)).isEqualTo(698_999);
      assertThatThrownBy(() -> file.copyTo("x", 99_000, FloatBuffer.allocate(601_001)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("x has 700000 elements, asked for 601001 from 99000");
      assertThatThrownBy(() -> file.copyTo("x", -1, FloatBuffer.allocate(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void reachesPastTwoGibibytes() throws IOException {
    long numElements = (3L << 30) / Float.BYTES;
    var path = raw(header("x", "F32", "[" + numElements + "]", 0, 3L << 30));
    long dataBegin = Files.size(path);
    try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) { // sparse
      channel.write(little(4).putFloat(0, 42), dataBegin + (3L << 30) - 4);
    }

    try (var file = SafetensorsFile.open(path)) {
      var last = FloatBuffer.allocate(2);
      file.copyTo("x", numElements - 2, last);

      assertThat(last.array()).containsExactly(0, 42);
      assertThatThrownBy(() -> file.read("x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(
              "x has 3221225472 bytes, more than one buffer holds; read it in slices with copyTo");
    }
  }

  @Test
  void listsAllProblemsOfAHeaderAtOnce() throws IOException {
    var path =
        raw(
            """
            {"a": {"dtype": "F31", "shape": [1], "data_offsets": [0, 4]},
             "b": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
             "c": {"dtype": "F32", "shape": [3], "data_offsets": [0, 4]},
             "d": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4000]},
             "e": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]},
             "f": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 4]},
             "g": 7, "__metadata__": {"epoch": 3}}
            """);

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(path + ": is damaged or cut:\n")
        .hasMessageContaining("\n  a: dtype must be one of [BOOL, ")
        .hasMessageContaining("\n  b: shape must be a list of integers from 0, got [-1]")
        .hasMessageContaining("\n  c: F32 of shape [3] needs 12 bytes, data_offsets [0, 4] hold 4")
        .hasMessageContaining(
            "\n  d: data_offsets must be [begin, end] with begin <= end <= 8, got [0, 4000]")
        .hasMessageContaining("\n  e: data_offsets must be [begin, end]")
        .hasMessageContaining("\n  f: F32 of shape [4294967296, 4294967296] needs more than 2^63")
        .hasMessageContaining("\n  g: dtype must be one of")
        .hasMessageContaining("\n  __metadata__.epoch must be a string");
  }

  @Test
  void aHeaderFullOfBadEntriesIsLeftEarly() throws IOException {
    var json = new StringBuilder("{\"t\": 0");
    for (int i = 0; json.length() < 20_000_000; i++) {
      json.append(",\"").append(i).append("\":0");
    }
    var path = raw(json.append('}').toString());

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("t: dtype must be one of")
                .message()
                .satisfies(message -> assertThat(message).hasSizeLessThan(100_000)));
  }

  @Test
  void aNameOfATensorIsQuotedInOneShortLine() throws IOException {
    var wanted = "\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 4]";
    var longName = raw("{\"" + "n".repeat(4_000_000) + "\": {" + wanted + "}}");
    assertThatThrownBy(() -> SafetensorsFile.open(longName))
        .hasMessageContaining("n…: F32 of shape [3] needs 12 bytes")
        .message()
        .satisfies(message -> assertThat(message).hasSizeLessThan(2000));

    var twoLines = raw("{\"a\\n\\u001b[2Jb\": {" + wanted + "}}");
    assertThatThrownBy(() -> SafetensorsFile.open(twoLines))
        .hasMessageContaining(
            ": is damaged or cut: a\uFFFD\uFFFD[2Jb: F32 of shape [3] needs 12 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0, 4 | 0, 4 | 4, 8 | a and b overlap by 4 bytes",
        "0, 8 | 2, 6 | 4, 8 | a and b overlap by 4 bytes",
        "0, 4 | 4, 8 | 4, 8 | b and c overlap by 4 bytes",
        "1, 5 | 5, 8 | 0, 0 | 1 bytes between the header and a belong to no tensor",
        "0, 2 | 4, 8 | 0, 0 | 2 bytes between a and b belong to no tensor",
        "0, 2 | 2, 6 | 0, 0 | 2 bytes after b belong to no tensor",
      })
  void everyByteBelongsToOneTensor(String a, String b, String c, String problem)
      throws IOException {
    var json = new StringBuilder("{");
    for (var entry : List.of("a:" + a, "b:" + b, "c:" + c)) {
      var offsets = entry.substring(2).split(", ");
      int size = Integer.parseInt(offsets[1]) - Integer.parseInt(offsets[0]);
      json.append(json.length() > 1 ? "," : "")
          .append(
              "\"%s\": {\"dtype\": \"U8\", \"shape\": [%d], \"data_offsets\": [%s]}"
                  .formatted(entry.charAt(0), size, entry.substring(2)));
    }
    var path = raw(json.append("}").toString());

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void saysWhatAFileIsInPlaceOfItself() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("a.safetensors"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123\n");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": a Git LFS pointer: run git lfs pull");
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .hasMessage(folder + ": must be a regular file");
  }

  @Test
  void namesAFileThatIsNoSafetensors() throws IOException {
    var missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(missing + ": no such file");

    var tiny = Files.writeString(folder.resolve("tiny"), "abc");
    assertThatThrownBy(() -> SafetensorsFile.open(tiny))
        .hasMessage(tiny + ": is not a safetensors file: has 3 bytes, needs at least 8");

    var pointer = Files.writeString(folder.resolve("pointer"), "version https://git-lfs");
    assertThatThrownBy(() -> SafetensorsFile.open(pointer))
        .hasMessageContaining("the header must have at most 15 bytes, got 2336927755350992246");

    var path = raw("{\"a\": {\"dtype\": \"U8\"");
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the header is not valid JSON at byte ");

    var twice = raw("{\"__metadata__\": {}, \"__metadata__\": {}}");
    assertThatThrownBy(() -> SafetensorsFile.open(twice)).hasMessageContaining("Duplicate field");

    var list = raw("[]");
    assertThatThrownBy(() -> SafetensorsFile.open(list))
        .hasMessageContaining("the header must be a JSON object, got ARRAY");
  }

  @Test
  void aCutFileIsRefusedAtEveryLength() throws IOException {
    var path = folder.resolve("whole.safetensors");
    new SafetensorsWriter()
        .add("x", List.of(3L), () -> FloatBuffer.wrap(new float[] {1, 2, 3}))
        .write(path);
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      var cut = folder.resolve("cut.safetensors");
      Files.write(cut, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> SafetensorsFile.open(cut))
          .as("cut at %d", length)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(cut + ": ");
    }
  }

  @Test
  void aCutFileIsOneLineHoweverManyTensorsItHas() throws IOException {
    var path = folder.resolve("whole.safetensors");
    var writer = new SafetensorsWriter();
    for (int i = 0; i < 100; i++) {
      writer.add("x" + i, List.of(3L), () -> FloatBuffer.wrap(new float[] {1, 2, 3}));
    }
    writer.write(path);
    byte[] whole = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(whole, whole.length - 600));

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .hasMessage(
            path
                + ": is damaged or cut: 600 of 1,200 bytes of its tensors are there; copy it again");
  }

  private static String header(String name, String type, String shape, long begin, long end) {
    return "{\"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}}"
        .formatted(name, type, shape, begin, end);
  }

  /** A file of this header and, unless the header speaks of gibibytes, eight bytes of data. */
  private Path raw(String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    var path = Files.createTempFile(folder, "raw", ".safetensors");
    int data = header.contains("3221225472") ? 0 : 8;
    Files.write(path, little(8 + json.length + data).putLong(json.length).put(json).array());
    return path;
  }

  private static ByteBuffer shorts(int... values) {
    var bytes = little(2 * values.length);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.flip();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
