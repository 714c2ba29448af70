package ai.echogen.jobs.stats;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.jobs.cli.SamplePictures;
import ai.echogen.observe.LayoutPicture;
import ai.echogen.observe.Thumbnail;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Some samples of a split with their boxes, chosen by seed. */
public final class StatsPictures {
  private static final int SIDE = 256; // pixels of the longer side, at most
  private static final int MOST_LETTERS = 200; // of a caption

  private StatsPictures() {}

  /**
   * Reads, decodes and scales one after the other.
   *
   * @param count pictures, fewer if the split has fewer rows
   */
  public static List<Thumbnail> of(Location data, String split, int count, long seed) {
    var samples = ShardStore.split(data, split, Sample.SCHEMA.fieldNames());
    var random = CounterRandom.of(seed, split.hashCode());
    var pictures = new ArrayList<Thumbnail>();
    for (long place : places(samples.size(), count, random)) {
      pictures.add(picture(sample(samples, place)));
    }
    return pictures;
  }

  /** Different places in {@code [0, size)}, in their order. */
  private static Iterable<Long> places(long size, int count, CounterRandom random) {
    var places = new TreeSet<Long>();
    while (places.size() < Math.min(size, count)) {
      places.add((long) (random.nextDouble() * size));
    }
    return places;
  }

  private static Sample sample(ShardSplit samples, long place) {
    try (var row = samples.slice(place, place + 1).open()) {
      return Sample.of(row.next());
    }
  }

  private static Thumbnail picture(Sample sample) {
    var layout = sample.layout();
    var text = sample.id() + ": " + shortened(layout.caption());
    try {
      return new Thumbnail(SamplePictures.overlay(ImageFile.decode(sample.image()), layout), text);
    } catch (IOException e) {
      var boxes = LayoutPicture.layout(layout, SIDE, SIDE);
      return new Thumbnail(boxes, text + " (the image does not decode: " + e.getMessage() + ")");
    }
  }

  private static String shortened(String caption) {
    return caption.codePointCount(0, caption.length()) <= MOST_LETTERS
        ? caption
        : caption.substring(0, caption.offsetByCodePoints(0, MOST_LETTERS)) + "…";
  }
}
