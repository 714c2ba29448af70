package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the image files of all splits are, and which of them are in several splits. */
public final class ImageStats implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<String, SplitImages> splits = new TreeMap<>();
  private final Smallest<SameImage> shared = new Smallest<>(SplitImages.EXAMPLES);
  private long numShared;

  /** Counts an image that was not added before, with all rows that have it. */
  void add(SameImage image) {
    image
        .splits()
        .forEach(
            (split, rows) ->
                splits.computeIfAbsent(split, name -> new SplitImages()).add(split, image, rows));
    if (image.splits().size() > 1) {
      numShared++;
      shared.add(image);
    }
  }

  /** Adds what was counted of other images. */
  ImageStats merge(ImageStats other) {
    other.splits.forEach((split, images) -> splits.merge(split, images, SplitImages::merge));
    shared.merge(other.shared);
    numShared += other.numShared;
    return this;
  }

  /** By the split's name. */
  public Map<String, SplitImages> splits() {
    return Collections.unmodifiableMap(splits);
  }

  /** How many images are in more than one split. */
  public long numShared() {
    return numShared;
  }

  /** The first of them. */
  public List<SameImage> shared() {
    return shared.list();
  }
}
