package ai.echogen.data.ingest;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;

/**
 * The annotations of a data set, whatever its format: by image, and in pieces that tasks read.
 *
 * <p>A format is a class that implements this, a constant of {@code formats.Format} and a line of
 * docs/formats.md. What is to be made of boxes, images and ids is said once, in {@link Sampler}.
 */
public interface Annotations {
  /** What there is, in one line. */
  String summary();

  /** How many images there are, with those that will be left out, where that is known. */
  OptionalLong numImages();

  /** The pieces; an image is in one of them, with all that is said of it. */
  List<Piece> pieces();

  /** What a task reads. */
  interface Piece extends Serializable {
    /**
     * @throws IOException if storage fails; annotations that cannot be used are findings
     */
    Reading read() throws IOException;
  }
}
