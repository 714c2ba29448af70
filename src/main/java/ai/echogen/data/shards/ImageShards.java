package ai.echogen.data.shards;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.Row;

/** The images of sample shards. */
public final class ImageShards {
  private ImageShards() {}

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
