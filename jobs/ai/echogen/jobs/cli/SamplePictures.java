package ai.echogen.jobs.cli;

import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.LayoutPicture;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/**
 * {@code samples.png} in a shard directory: some samples with their boxes and captions, spread over
 * the split, as its first ids may be all of one kind.
 */
public final class SamplePictures {
  private static final int PICTURED = 16;
  private static final int COLUMNS = 4;
  private static final int SIDE = 256; // roughly, of each picture

  private SamplePictures() {}

  public static void write(SparkSession spark, Location dir, String split) throws IOException {
    var samples = ShardStore.split(dir, split);
    var grid = new ImageGrid(COLUMNS).heading("samples of " + split);
    for (long place : RowSpread.of(samples.size(), PICTURED)) {
      try (var row = samples.slice(place, place + 1).open()) {
        var sample = Sample.of(row.next());
        grid.add(overlay(Png.decode(sample.image()), sample.layout()), sample.layout().caption());
      }
    }
    dir.child("samples.png").write(Png.encode(grid.draw()));
  }

  /** A layout drawn over its picture, whose longer side becomes some 256 pixels. */
  public static BufferedImage overlay(BufferedImage image, Layout layout) {
    var small = small(image);
    var factor = Math.max(1, SIDE / Math.max(small.getWidth(), small.getHeight()));
    return LayoutPicture.overlay(small, factor, layout);
  }

  private static BufferedImage small(BufferedImage image) {
    if (Math.max(image.getWidth(), image.getHeight()) <= SIDE) {
      return image;
    }
    var picture = Picture.of(image, SIDE);
    var small = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_ARGB);
    small.setRGB(0, 0, picture.width(), picture.height(), picture.argb(), 0, picture.width());
    return small;
  }
}
