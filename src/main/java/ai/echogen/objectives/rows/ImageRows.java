package ai.echogen.objectives.rows;

import ai.echogen.data.feed.RowDecoder;
import ai.echogen.data.shards.ImageShards;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * Rows of sample shards as images, {@code side² × 3} RGB bytes each.
 *
 * @param side pixels
 */
public record ImageRows(int side) implements RowDecoder<byte[]> {
  @Override
  public List<String> columns() {
    return List.of("id", "image");
  }

  @Override
  public Opened<byte[]> open() {
    return new Opened<>() {
      @Override
      public byte[] decode(Row row) {
        return ImageShards.rgb(row, "training data", side);
      }
    };
  }

  @Override
  public int length(byte[] image) {
    return 1;
  }

  @Override
  public int sampleBytes() {
    return 3 * side * side;
  }

  @Override
  public String fingerprint() {
    return String.format(Locale.ROOT, "images of %d pixels", side);
  }
}
