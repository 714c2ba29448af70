package ai.echogen.jobs;

import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.augment.BackgroundScan;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What {@link AugmentJob} would do: rows and megabytes. */
final class AugmentPlan {
  private static final int MEASURED = 8; // pictures, to guess the size of all

  private AugmentPlan() {}

  /**
   * The plan, in lines.
   *
   * @throws IllegalArgumentException if the data or the backgrounds cannot be used
   */
  static List<String> of(AugmentJob.Settings settings) {
    var manifest = requireSamples(settings);
    var lines = new ArrayList<String>();
    manifest.rows().forEach((split, rows) -> lines.add(made(settings, split, rows)));
    settings
        .backgroundFolder()
        .ifPresent(
            folder ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "reads  %,d of %,d backgrounds",
                        BackgroundScan.numRead(folder, settings.size()),
                        folder.files().size())));
    lines.add(written(settings, settings.numRows(manifest)));
    return lines;
  }

  private static Manifest requireSamples(AugmentJob.Settings settings) {
    var data = settings.data();
    var manifest = ShardStore.manifest(data);
    var columns = List.of(manifest.schema().fieldNames());
    if (!columns.equals(List.of(Sample.SCHEMA.fieldNames()))) {
      throw new IllegalArgumentException(
          "%s: data must be sample shards, its rows have %s; augment first, tokenize then"
              .formatted(data, String.join(", ", columns)));
    }
    if (manifest.job().equals(AugmentJob.NAME)) {
      throw new IllegalArgumentException(
          data + ": holds changed copies already; give the shards that they were made of");
    }
    var unused = ShardStore.split(data, settings.split(), "id"); // it is there
    return manifest;
  }

  private static String made(AugmentJob.Settings settings, String split, long rows) {
    return split.equals(settings.split())
        ? String.format(
            Locale.ROOT,
            "%s: %,d pictures, and %,d changed copies of each",
            split,
            rows,
            settings.copies())
        : String.format(Locale.ROOT, "%s: %,d pictures, as they are", split, rows);
  }

  private static String written(AugmentJob.Settings settings, long rows) {
    var bytes = bytes(settings);
    return bytes.isEmpty()
        ? String.format(Locale.ROOT, "writes %,d rows to %s", rows, settings.out())
        : String.format(
            Locale.ROOT,
            "writes %,d rows, about %,.1f MB, to %s",
            rows,
            rows * bytes.getAsDouble() / 1e6,
            settings.out());
  }

  /** Bytes of a picture of the final size: the mean of a few. */
  private static OptionalDouble bytes(AugmentJob.Settings settings) {
    var images = ShardStore.split(settings.data(), settings.split(), "id", "image");
    var sizes = new ArrayList<Integer>();
    for (long place : RowSpread.of(images.size(), MEASURED)) {
      try (var row = images.slice(place, place + 1).open()) {
        byte[] file = row.next().getStruct(1).getAs("bytes");
        var square = settings.fit().image(ImageFile.decode(file), settings.size());
        sizes.add(Png.encode(square).length);
      } catch (IOException e) {
        // The run leaves it out, and names it.
      }
    }
    return sizes.stream().mapToInt(Integer::intValue).average();
  }
}
