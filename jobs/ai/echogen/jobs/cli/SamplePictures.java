package ai.echogen.jobs.cli;

import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.LayoutPicture;
import ai.echogen.storage.Location;
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
        var factor = Math.max(1, SIDE / Math.max(sample.width(), sample.height()));
        grid.add(
            LayoutPicture.overlay(Png.decode(sample.image()), factor, sample.layout()),
            sample.layout().caption());
      }
    }
    dir.child("samples.png").write(Png.encode(grid.draw()));
  }
}
