package ai.echogen.data.shards;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Pixels;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** A split's images in memory: RGB bytes of one size, in the order of the ids. */
public final class ImageShards {
  private ImageShards() {}

  /**
   * Reads a split's images, scaled to squares where they have another size.
   *
   * @param limit at most so many, the first by id
   * @param side pixels
   */
  public static List<byte[]> read(Location dir, String split, Optional<Integer> limit, int side) {
    long count = limit.map(Integer::longValue).orElse(Long.MAX_VALUE);
    var found = ShardStore.split(dir, split, "id", "image").head(count).read();
    return found.parallelStream().map(row -> rgb(row, dir.toString(), side)).toList();
  }

  /** One row's image as {@code side² × 3} bytes. */
  public static byte[] rgb(Row row, String where, int side) {
    Row image = row.getStruct(row.fieldIndex("image"));
    try {
      return Pixels.square(ImageFile.decode(image.getAs("bytes")), side);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: the image of %s: %s".formatted(where, row.getAs("id"), e.getMessage()), e);
    }
  }
}
