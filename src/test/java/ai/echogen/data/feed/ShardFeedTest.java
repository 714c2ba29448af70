package ai.echogen.data.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardFeedTest {
  private static final StructType SCHEMA =
      Sample.SCHEMA.add("codes", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
  private static final Provenance PROVENANCE = new Provenance("test", "{}", List.of());
  private static final int ROWS = 500;
  private static final Batching BATCHING = new Batching(10, 4, 3);
  private static final long MEMORY = 2 * 330 * Tokens.BYTES; // pools of one window: two an epoch

  @TempDir private static Path shared;
  @TempDir private Path temp;

  @BeforeAll
  static void writeShards() {
    write(shared, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {ROWS, 100, 29})
  void givesWhatMemoryGivesHoweverManyFiles(int rowsAFile) throws IOException {
    write(temp, rowsAFile);
    var feed = copy(feed(temp.resolve("shards")));
    var memory = MemoryFeed.of(samples(), Tokens::length, Tokens.BYTES);

    assertThat(feed.size()).isEqualTo(ROWS);
    try (var streamed = feed.open(BATCHING, MEMORY);
        var held = memory.open(BATCHING, MEMORY)) {
      for (long step = 0; step < 120; step++) { // more than two epochs
        for (int shard = 0; shard < 4; shard++) {
          assertThat(streamed.read(step, shard)).isEqualTo(held.read(step, shard));
        }
      }
    }
  }

  @Test
  void keepsSmallDataAndGivesTheSame() throws IOException {
    var shards = copyOfShards();
    var feed = feed(shards);
    try (var kept = feed.open(BATCHING);
        var held = MemoryFeed.of(samples(), Tokens::length, Tokens.BYTES).open(BATCHING)) {
      try (var files = Files.walk(shards.resolve("data"))) {
        for (long step = 0; step < 120; step++) {
          if (step == 60) { // an epoch has read everything
            for (var file : files.filter(Files::isRegularFile).toList()) {
              Files.delete(file);
            }
          }
          for (int shard = 0; shard < 4; shard++) {
            assertThat(kept.read(step, shard)).isEqualTo(held.read(step, shard));
          }
        }
      }
    }
  }

  @Test
  void givesTheSameAtAnyStepWhateverWasReadBefore() throws IOException {
    var feed = feed(shared.resolve("shards"));
    var expected = new ArrayList<List<Tokens>>();
    try (var reader = feed.open(BATCHING, MEMORY)) {
      for (long step = 0; step < 150; step++) {
        expected.add(reader.read(step, 2));
      }
    }
    long seed = System.nanoTime();
    var random = new Random(seed);
    try (var reader = feed.open(BATCHING, MEMORY)) {
      for (int i = 0; i < 40; i++) {
        int step = random.nextInt(150);
        assertThat(reader.read(step, 2))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(expected.get(step));
      }
    }
  }

  @Test
  void givesTheSameToManyThreads() throws Exception {
    var feed = feed(shared.resolve("shards"));
    var threads = Executors.newFixedThreadPool(8);
    try (var alone = feed.open(BATCHING, MEMORY);
        var shared = feed.open(BATCHING, MEMORY)) {
      var futures = new ArrayList<Future<List<Tokens>>>();
      for (long step = 0; step < 150; step++) {
        for (int shard = 0; shard < 4; shard++) {
          long at = step;
          int lane = shard;
          futures.add(threads.submit(() -> shared.read(at, lane)));
        }
      }
      for (int i = 0; i < futures.size(); i++) {
        assertThat(futures.get(i).get()).isEqualTo(alone.read(i / 4, i % 4));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void readsRowsOfEveryColumnTypeFromTheMiddleOfAFile() throws IOException {
    var first = feed(shared.resolve("shards")).head(3).read();

    assertThat(first).isEqualTo(samples().subList(0, 3));
    assertThat(feed(shared.resolve("shards")).head(10_000).read()).hasSize(ROWS);
    var whole =
        ShardFeed.of(Location.of(shared.resolve("shards")), "train", new WholeSamples())
            .head(2)
            .read();
    assertThat(whole.get(1)).usingRecursiveComparison().isEqualTo(sample(1));
  }

  @Test
  void namesTheFileThatIsMissingOrChanged() throws IOException {
    var shards = copyOfShards();
    var feed = feed(shards);
    var file = shards.resolve("data/train-00002-of-00005.parquet");
    var bytes = Files.readAllBytes(file);
    var way = "; copy it again or make its directory again";

    Files.delete(file);
    assertThatThrownBy(() -> readAll(feed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("data/train-00002-of-00005.parquet is missing" + way);

    Files.write(file, Arrays.copyOf(bytes, 99));
    assertThatThrownBy(() -> readAll(feed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(".parquet has 99 bytes, not " + bytes.length + way);

    Files.deleteIfExists(shards.resolve("data/.train-00002-of-00005.parquet.crc"));
    Files.write(file, new byte[bytes.length]);
    assertThatThrownBy(() -> readAll(feed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("train-00002-of-00005.parquet cannot be read (")
        .hasMessageEndingWith(way);

    var torn = bytes.clone(); // the footer is whole, pages are not
    Arrays.fill(torn, 4, bytes.length / 2, (byte) 77);
    Files.write(file, torn);
    assertThatThrownBy(() -> readAll(feed)).hasMessageContaining("train-00002-of-00005.parquet");

    Files.write(file, bytes);
    readAll(feed);
  }

  @Test
  void namesTheRowThatCannotBeDecoded() throws IOException {
    var feed = ShardFeed.of(Location.of(shared.resolve("shards")), "train", new Refusing());

    assertThatThrownBy(() -> readAll(feed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("data/train-00003-of-00005.parquet: row 21: no such phrase");
  }

  @Test
  void saysWhatASplitOrADirectoryLacks() throws IOException {
    assertThatThrownBy(
            () -> ShardFeed.of(Location.of(shared.resolve("shards")), "val", new Decoder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("shards: no split val; it has [train]");
    var bare = temp.resolve("bare");
    ShardStore.write(
        LocalSpark.session().createDataFrame(List.of(sample(1).toRow()), Sample.SCHEMA),
        Location.of(bare),
        PROVENANCE);
    assertThatThrownBy(() -> feed(bare))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bare holds images but no codes")
        .hasMessageEndingWith("run ./echogen tokenize data=" + bare + " first");
    var feed = feed(shared.resolve("shards"));
    assertThatThrownBy(() -> feed.open(new Batching(501, 4, 3)))
        .hasMessage("a batch of 501 needs at least as many training samples, got 500");
  }

  @Test
  void theFingerprintNamesRowsAndDecoder() throws IOException {
    var feed = feed(shared.resolve("shards"));
    var other = ShardFeed.of(Location.of(shared.resolve("shards")), "train", new Refusing());

    assertThat(copy(feed).fingerprint()).isEqualTo(feed.fingerprint()).matches("[0-9a-f]{64}");
    assertThat(other.fingerprint()).isNotEqualTo(feed.fingerprint());
    var memory = MemoryFeed.of(samples(), Tokens::length);
    assertThat(copy(memory).fingerprint()).isEqualTo(memory.fingerprint());
    assertThat(MemoryFeed.of(samples().subList(0, 9), Tokens::length).fingerprint())
        .isNotEqualTo(memory.fingerprint());
  }

  private static void readAll(ShardFeed<Tokens> feed) throws IOException {
    try (var reader = feed.open(BATCHING, MEMORY)) {
      for (long step = 0; step < 50; step++) {
        for (int shard = 0; shard < 4; shard++) {
          assertThat(reader.read(step, shard)).hasSize(BATCHING.size(shard));
        }
      }
    }
  }

  /** A sample with value equality. */
  private record Tokens(String caption, List<Integer> codes) implements Serializable {
    static final int BYTES = 1000;

    int length() {
      return codes.size();
    }
  }

  private static class Decoder implements RowDecoder<Tokens> {
    private static final long serialVersionUID = 1;

    @Override
    public List<String> columns() {
      return List.of("codes", "caption"); // not in the file's order
    }

    @Override
    public Opened<Tokens> open() {
      return row ->
          new Tokens(row.getAs("caption"), IntStream.of(TokenShards.codes(row)).boxed().toList());
    }

    @Override
    public int length(Tokens sample) {
      return sample.length();
    }

    @Override
    public int sampleBytes() {
      return Tokens.BYTES;
    }

    @Override
    public String fingerprint() {
      return getClass().getSimpleName();
    }
  }

  private static final class Refusing extends Decoder {
    private static final long serialVersionUID = 1;

    @Override
    public Opened<Tokens> open() {
      var decoder = super.open();
      return row -> {
        if (row.<String>getAs("caption").equals("a dot 321")) {
          throw new IllegalArgumentException("no such phrase");
        }
        return decoder.decode(row);
      };
    }
  }

  private record WholeSamples() implements RowDecoder<Sample> {
    @Override
    public List<String> columns() {
      return List.of(Sample.SCHEMA.fieldNames());
    }

    @Override
    public Opened<Sample> open() {
      return Sample::of;
    }

    @Override
    public int length(Sample sample) {
      return 1;
    }

    @Override
    public int sampleBytes() {
      return 1000;
    }

    @Override
    public String fingerprint() {
      return "";
    }
  }

  private static void write(Path parent, int rowsAFile) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < ROWS; i++) {
      var row = sample(i).toRow();
      var values = new Object[SCHEMA.size()];
      for (int c = 0; c < row.size(); c++) {
        values[c] = row.get(c);
      }
      values[row.size()] = codes(i);
      rows.add(RowFactory.create(values));
    }
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, SCHEMA),
        Location.of(parent.resolve("shards")),
        PROVENANCE,
        new FileSize(rowsAFile, 1 << 30));
  }

  /** A copy to damage. */
  private Path copyOfShards() throws IOException {
    for (var from : List.of("manifest.json", "data")) {
      try (var files = Files.walk(shared.resolve("shards").resolve(from))) {
        for (var file : files.toList()) {
          var to = temp.resolve(shared.relativize(file));
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return temp.resolve("shards");
  }

  private static ShardFeed<Tokens> feed(Path shards) {
    return ShardFeed.of(Location.of(shards), "train", new Decoder());
  }

  private static List<Tokens> samples() {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> new Tokens("a dot " + i, IntStream.of(codes(i)).boxed().toList()))
        .toList();
  }

  private static int[] codes(int i) {
    return IntStream.range(0, i * 31 % 97).map(place -> i * place % 1000).toArray();
  }

  private static Sample sample(int i) {
    var box = new Box(0, 0, 0.5f, 0.25f + i % 8 / 16f);
    var regions = List.of(new Region("a dot", "dot", box), new Region("no one", "none", box));
    return new Sample(
        "s%04d".formatted(i),
        new byte[] {(byte) i, 2, 3},
        "s%04d.png".formatted(i),
        8,
        8,
        new Layout("a dot " + i, regions.subList(0, i % 3)),
        "test",
        "train");
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  private static <T> T copy(T value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
