package ai.echogen.data.ingest;

import ai.echogen.data.Sample;
import ai.echogen.image.ImageFile;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Writes samples as a COCO data set that appears whole or not at all:
 *
 * <pre>
 * DIR/images/000000000001.png ...   encoded as in the samples, numbered from 1 in their order
 * DIR/instances.json                boxes; a sample's id is its image's sample_id
 * DIR/captions.json
 * </pre>
 *
 * Executors write the images; the driver holds the layouts, about 1 kB a sample.
 */
public final class CocoWriter {
  private CocoWriter() {}

  /** A sample without its picture. */
  record Entry(long number, String id, String fileName, int width, int height, Layout layout)
      implements Serializable {}

  /**
   * Writes a folder.
   *
   * @param samples rows of {@link Sample#SCHEMA} at least, in their order
   * @param count write so many of them, if there are as many
   * @param dir must not exist, or be empty
   * @param progress counts images as tasks end
   * @return how many were written
   */
  public static long write(
      Dataset<Row> samples, long count, Location dir, LongAccumulator progress) {
    try (var staged = new StagedDirectory(dir)) {
      var images = staged.place().child("images");
      images.makeDirectories();
      var entries = images(samples, count, images, progress);
      json(entries, staged.place());
      staged.publish();
      return entries.size();
    } catch (IOException e) {
      throw new UncheckedIOException(dir + ": could not write: " + e.getMessage(), e);
    }
  }

  private static List<Entry> images(
      Dataset<Row> samples, long count, Location folder, LongAccumulator progress) {
    var entries =
        samples
            .javaRDD()
            .zipWithIndex()
            .filter(row -> row._2() < count)
            .mapPartitions(rows -> written(rows, folder, progress))
            .collect();
    return entries.stream().sorted(Comparator.comparingLong(Entry::number)).toList();
  }

  private static Iterator<Entry> written(
      Iterator<Tuple2<Row, Long>> rows, Location folder, LongAccumulator progress)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    while (rows.hasNext()) {
      var row = rows.next();
      var sample = Sample.of(row._1());
      var number = row._2() + 1;
      var name = String.format(Locale.ROOT, "%012d.%s", number, ImageFile.ending(sample.image()));
      folder.child(name).write(sample.image());
      entries.add(
          new Entry(number, sample.id(), name, sample.width(), sample.height(), sample.layout()));
      progress.add(1);
    }
    return entries.iterator();
  }

  private static void json(List<Entry> entries, Location dir) throws IOException {
    var categories =
        entries.stream()
            .flatMap(entry -> entry.layout().regions().stream())
            .map(Region::category)
            .distinct()
            .sorted()
            .toList();
    try (var json = new CocoJson(dir.child("instances.json").create())) {
      json.images(entries);
      json.categories(categories);
      json.boxes(entries, categories);
    }
    try (var json = new CocoJson(dir.child("captions.json").create())) {
      json.images(entries);
      json.captions(entries);
    }
  }
}
