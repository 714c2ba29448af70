package ai.echogen.scoring.judges;

import java.awt.image.BufferedImage;
import java.util.List;

/** Numbers that stand for what a picture shows, as the Fréchet distance compares them. */
public interface FeatureNetwork extends Judge {
  /** How many numbers a picture has. */
  int dimension();

  /**
   * The features of each image, (number of images, {@link #dimension}). Those of an image do not
   * depend on which others are asked for with it.
   *
   * @throws IllegalArgumentException if what it is made of cannot judge
   */
  double[][] features(List<BufferedImage> images);
}
