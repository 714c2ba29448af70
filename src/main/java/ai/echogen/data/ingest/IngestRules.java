package ai.echogen.data.ingest;

import ai.echogen.config.Check;
import ai.echogen.image.Fit;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What to make of images and boxes.
 *
 * @param source the samples' source, and the first part of their ids
 * @param split the split of all samples; without it, that which lists or the data set have, or a
 *     share by hash of the files' bytes is {@code test}, the rest {@code train}
 * @param splitInId whether ids have the split behind the source: where each split has files of its
 *     own, each may count its images from 1
 * @param testShare that share, in [0, 1]
 * @param outside what to do with a box that is partly outside its image
 * @param emptyImages what to do with an image that has no usable box
 * @param size side of the square that images are scaled to; without it, files are kept as they are
 */
public record IngestRules(
    String source,
    @Nullable String split,
    boolean splitInId,
    double testShare,
    Outside outside,
    EmptyImages emptyImages,
    @Nullable Integer size,
    Fit fit)
    implements Serializable {
  /** What to do with a box that is partly outside its image. */
  public enum Outside {
    CLIP,
    DROP
  }

  /** What to do with an image that has no usable box. */
  public enum EmptyImages {
    DROP,
    KEEP
  }

  public IngestRules {
    new Check()
        .that("source", source.matches("\\w[\\w.-]*"), "must be a plain name, got " + source)
        .that(
            "split",
            split == null || split.matches("\\w+"),
            "must be letters, digits and _, got " + split)
        .that("testShare", testShare >= 0 && testShare <= 1, "must be in [0, 1], got " + testShare)
        .that("size", size == null || (size >= 8 && size <= 4096), "must be 8 to 4096, got " + size)
        .orThrow();
  }
}
