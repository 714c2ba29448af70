package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Which photographs are pasted on: as many as fit into memory, chosen by hash, each of which an
 * executor reads once.
 *
 * @param bank those that can be used
 * @param dropped those that cannot, by reason
 */
public record BackgroundScan(BackgroundBank bank, List<Dropped> dropped) {
  private static final int LARGER = 2; // than a picture, the geometric mean of its sides, at most
  private static final int MOST_ASPECT = LARGER * LARGER;
  private static final int BYTES_A_PIXEL = 3; // of a PNG file, at most
  private static final int MOST_BYTES = 128 << 20;
  private static final int MOST_FILES = 5000;
  private static final int FEWEST_FILES = 16;
  private static final int FILES_A_TASK = 4; // of many megabytes, some of them

  public BackgroundScan {
    dropped = List.copyOf(dropped);
  }

  /** A photograph, or why it is none. */
  private record Result(String name, byte @Nullable [] png, String reason, String detail)
      implements Serializable {}

  /** How many photographs of a folder are read. */
  public static int numRead(BackgroundFolder folder, int size) {
    long pixels = (long) LARGER * size * LARGER * size;
    long fitting = Math.max(FEWEST_FILES, MOST_BYTES / (pixels * BYTES_A_PIXEL));
    return (int) Math.min(folder.files().size(), Math.min(MOST_FILES, fitting));
  }

  /**
   * Reads the photographs that are chosen.
   *
   * @param read counts files as tasks end
   * @throws IllegalArgumentException with all reasons if none can be used
   */
  public static BackgroundScan of(
      JavaSparkContext spark, BackgroundFolder folder, Augmentation rules, LongAccumulator read) {
    int size = rules.size();
    var chosen =
        folder.files().stream()
            .sorted(
                Comparator.comparingLong(
                    (BackgroundFolder.File file) ->
                        CounterRandom.of(rules.seed(), Augmentation.hash(file.name())).longAt(0)))
            .limit(numRead(folder, size))
            .toList();
    var results =
        spark
            .parallelize(chosen, Math.max(1, chosen.size() / FILES_A_TASK))
            .map(
                file -> {
                  var result = read(file, size);
                  read.add(1);
                  return result;
                })
            .collect();
    return of(results);
  }

  private static BackgroundScan of(List<Result> results) {
    var tally = new DropTally();
    results.stream()
        .filter(result -> result.png() == null)
        .forEach(result -> tally.add(result.reason(), result.detail()));
    var files =
        results.stream()
            .filter(result -> result.png() != null)
            .sorted(Comparator.comparing(Result::name))
            .map(result -> Objects.requireNonNull(result.png()))
            .toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "no background can be used:\n  "
              + String.join("\n  ", tally.dropped().stream().map(Dropped::toString).toList()));
    }
    return new BackgroundScan(new BackgroundBank(files), tally.dropped());
  }

  private static Result read(BackgroundFolder.File file, int size) {
    BufferedImage image;
    try {
      image = ImageFile.decode(bytes(file.place()));
    } catch (IOException e) {
      return new Result(
          file.name(),
          null,
          "background does not decode",
          "%s (%s)".formatted(file.name(), e.getMessage()));
    }
    var flaw = flaw(image, size);
    return flaw.isEmpty()
        ? new Result(file.name(), Png.encode(kept(image, size)), "", "")
        : new Result(file.name(), null, flaw, detail(file, image));
  }

  private static String flaw(BufferedImage image, int size) {
    long longer = Math.max(image.getWidth(), image.getHeight());
    long shorter = Math.min(image.getWidth(), image.getHeight());
    if (shorter < size) {
      return "background smaller than a picture";
    }
    return longer > MOST_ASPECT * shorter ? "background more than four times as long as wide" : "";
  }

  private static String detail(BackgroundFolder.File file, BufferedImage image) {
    return String.format(
        Locale.ROOT, "%s (%d × %d)", file.name(), image.getWidth(), image.getHeight());
  }

  /** Of twice the side of a picture; its shorter side stays as long as that at least. */
  private static BufferedImage kept(BufferedImage image, int size) {
    double longer = Math.max(image.getWidth(), image.getHeight());
    double shorter = Math.min(image.getWidth(), image.getHeight());
    int side = (int) Math.ceil(Math.max((double) LARGER * size, size * longer / shorter));
    return Annotated.opaque(image, side).opaque();
  }

  /** What cannot be read now may be there at another time: no reason to leave it out. */
  private static byte[] bytes(Location place) {
    try {
      return place.read();
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": " + e.getMessage(), e);
    }
  }
}
