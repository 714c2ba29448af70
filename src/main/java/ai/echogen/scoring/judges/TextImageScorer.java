package ai.echogen.scoring.judges;

import java.awt.image.BufferedImage;
import java.util.List;

/** Pictures and texts in one space, as CLIP has them; all vectors have length 1. */
public interface TextImageScorer extends Judge {
  /** How many numbers a vector has. */
  int dimension();

  /** A vector for each image, (number of images, {@link #dimension}). */
  double[][] images(List<BufferedImage> images);

  /** A vector for each text, (number of texts, {@link #dimension}). */
  double[][] texts(List<String> texts);

  /** Whether a text is longer than what is read of it. */
  boolean isCut(String text);
}
