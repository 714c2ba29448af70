package ai.echogen.jobs.model;

import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.PrintStream;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says where images have another size than the VQ tokenizer's, and are scaled to it. */
public final class ImageSides {
  private static final int LOOKED_AT = 100;
  private static final int MOST_NAMED = 3;

  private ImageSides() {}

  /**
   * Looks at the first images of a split.
   *
   * @param side pixels that the tokenizer takes
   */
  public static void say(Location data, String split, int side, PrintStream console) {
    var sizes = new TreeSet<String>();
    int others = 0;
    var rows = ShardStore.split(data, split, "width", "height").head(LOOKED_AT).read();
    for (var row : rows) {
      int width = row.<Integer>getAs("width");
      int height = row.<Integer>getAs("height");
      if (width != side || height != side) {
        sizes.add(width + " × " + height);
        others++;
      }
    }
    if (others > 0) {
      console.printf(
          Locale.ROOT,
          "%,d of the first %,d images of the split %s of %s are not of the tokenizer's %d × %d pixels, "
              + "and are scaled to them: %s%s%n",
          others,
          rows.size(),
          split,
          data,
          side,
          side,
          sizes.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")),
          sizes.size() > MOST_NAMED ? ", …" : "");
    }
  }
}
