package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.storage.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FooterOrderTest {
  private static final StructType SCHEMA = new StructType().add("a", DataTypes.StringType);

  @TempDir private Path temp;

  @Test
  void encodingsAreSortedAndNothingElseIsChanged() throws IOException {
    var file = temp.resolve("a.parquet");
    try (var writer = ShardFileWriter.begin(SCHEMA)) {
      for (int i = 0; i < 1000; i++) {
        writer.write(RowFactory.create("one of " + i % 10));
      }
      writer.publish(Location.of(file));
    }
    var bytes = Files.readAllBytes(file);
    var footer = footer(bytes);
    var encodings = footer.getRow_groups().get(0).getColumns().get(0).getMeta_data().getEncodings();
    assertThat(encodings).hasSizeGreaterThan(1).isSorted();

    Collections.reverse(encodings);
    var reversed = reversed(bytes, footer);
    assertThat(reversed).isNotEqualTo(bytes);
    Files.write(file, reversed);
    FooterOrder.sort(file);

    assertThat(file).hasBinaryContent(bytes);
  }

  private static int length(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
  }

  private static FileMetaData footer(byte[] file) throws IOException {
    int length = length(file);
    return Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - length, length));
  }

  private static byte[] reversed(byte[] file, FileMetaData footer) throws IOException {
    var out = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, out);
    var bytes = file.clone();
    System.arraycopy(out.toByteArray(), 0, bytes, file.length - 8 - length(file), out.size());
    return bytes;
  }
}
