package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/** Shards whose layouts are known. */
public final class Corpora {
  private static final byte[] PIXEL =
      Png.encode(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));

  private Corpora() {}

  /** Writes layouts as the split train. */
  public static Location write(Path dir, List<Layout> layouts, FileSize size) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < layouts.size(); i++) {
      var id = String.format(Locale.ROOT, "id%05d", i);
      rows.add(new Sample(id, PIXEL, "p", 1, 1, layouts.get(i), "test", "train").toRow());
    }
    var place = Location.of(dir);
    var unused =
        ShardStore.write(
            LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
            place,
            new Provenance("test", "{}", List.of()),
            size);
    return place;
  }

  static Region region(String phrase, String category, double cx, double cy, double w, double h) {
    return new Region(
        phrase,
        category,
        new Box(
            (float) (cx - w / 2),
            (float) (cy - h / 2),
            (float) (cx + w / 2),
            (float) (cy + h / 2)));
  }

  /**
   * Of ten images five show a table with a cup above it, three a sky with two birds, two a dog
   * alone. Tables are anywhere; the cup's centre is 0.2 above the table's.
   */
  public static List<Layout> scenes(int tens) {
    var layouts = new ArrayList<Layout>();
    for (int i = 0; i < 10 * tens; i++) {
      var random = CounterRandom.of(77, i);
      var regions = new ArrayList<Region>();
      if (i % 10 < 5) {
        double x = 0.5 + 0.06 * random.nextGaussian();
        double y = 0.6 + 0.06 * random.nextGaussian();
        regions.add(region("a table", "table", x, y, 0.3, 0.2));
        double near = y - 0.2 + 0.01 * random.nextGaussian();
        regions.add(region(i % 2 == 0 ? "a cup" : "a red cup", "cup", x, near, 0.1, 0.1));
      } else if (i % 10 < 8) {
        regions.add(region("sky", "sky", 0.5, 0.25, 0.9, 0.4));
        for (int bird = 0; bird < 2; bird++) {
          double x = 0.5 + 0.08 * random.nextGaussian();
          double y = 0.2 + 0.03 * random.nextGaussian();
          regions.add(region("bird", "bird", x, y, 0.08, 0.05));
        }
      } else {
        regions.add(region("dog", "dog", 0.5, 0.5, 0.4, 0.4));
      }
      layouts.add(new Layout("", regions));
    }
    return layouts;
  }
}
