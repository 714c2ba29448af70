package ai.echogen.jobs.cli;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.LayoutPicture;
import ai.echogen.storage.Location;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** {@code samples.png} in a shard directory: its first samples with their boxes and captions. */
public final class SamplePictures {
  private static final int PICTURED = 16;
  private static final int COLUMNS = 4;
  private static final int SIDE = 256; // roughly, of each picture

  private SamplePictures() {}

  public static void write(SparkSession spark, Location dir, String split) throws IOException {
    var grid = new ImageGrid(COLUMNS).heading("the first samples of " + split);
    for (var row : ShardStore.split(dir, split).head(PICTURED).read()) {
      var sample = Sample.of(row);
      var factor = Math.max(1, SIDE / Math.max(sample.width(), sample.height()));
      grid.add(
          LayoutPicture.overlay(Png.decode(sample.image()), factor, sample.layout()),
          sample.layout().caption());
    }
    dir.child("samples.png").write(Png.encode(grid.draw()));
  }
}
