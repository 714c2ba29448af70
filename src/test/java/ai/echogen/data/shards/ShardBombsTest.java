package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.LocalSpark;
import ai.echogen.storage.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.mutable.WrappedArray;

/** Shards of a few kilobytes that would fill the memory of whoever unpacks them. */
class ShardBombsTest {
  private static final int MOST_KILOBYTES = 64;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("split", DataTypes.StringType)
          .add("caption", DataTypes.StringType)
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType));

  @TempDir private Path temp;

  @Test
  void aPageIsNotUnpackedToManyTimesItsSize() throws Exception {
    write("a".repeat(80 << 20), new int[] {1});
    refused("a page of", "that 838", "come out of it", "copy it again");
  }

  /** One code of a dictionary and how often it comes. */
  @Test
  void aListIsNotMadeEndlessByRunLengths() throws Exception {
    write("a dot", new int[(1 << 20) + 1]);
    refused("a list has more than 1048576 elements");
  }

  /** One caption of a dictionary, in many rows. */
  @Test
  void aLongTextIsRefusedBeforeRowsRepeatIt() throws Exception {
    write("a".repeat((1 << 20) + 1), new int[] {1});
    refused("row 0 (a): caption has 1048577 letters");
  }

  /** Shards of one row, whose file is exchanged for one of another row. */
  private void write(String caption, int... codes) throws Exception {
    var dir = Location.of(temp.resolve("bomb"));
    var harmless = RowFactory.create("a", "train", "a dot", new int[] {1});
    ShardStore.write(
        LocalSpark.session().createDataFrame(List.of(harmless), SCHEMA),
        dir,
        new Provenance("test", "{}", List.of()));
    var file = temp.resolve("bomb/data/train-00000-of-00001.parquet");
    long bytes = Files.size(file);
    try (var writer = ShardFileWriter.begin(SCHEMA)) {
      writer.write(RowFactory.create("a", "train", caption, new WrappedArray.ofInt(codes)));
      writer.publish(Location.of(file));
    }
    var manifest = temp.resolve("bomb/manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"bytes\" : " + bytes, "\"bytes\" : " + Files.size(file)));
    assertThat(Files.size(file)).isLessThan(MOST_KILOBYTES << 10);
  }

  private void refused(String... parts) {
    var split = ShardStore.split(Location.of(temp.resolve("bomb")), "train");
    assertThatThrownBy(split::read)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("train-00000-of-00001.parquet")
        .contains(parts)
        .hasLineCount(1);
  }
}
