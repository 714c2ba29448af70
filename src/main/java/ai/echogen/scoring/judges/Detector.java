package ai.echogen.scoring.judges;

import ai.echogen.scoring.metrics.Detection;
import java.awt.image.BufferedImage;
import java.util.List;

/** Finds objects of known classes in a picture. */
public interface Detector extends Judge {
  /**
   * The objects in an image of any size, the surest first; their boxes are relative to the image.
   *
   * @throws IllegalArgumentException if what it is made of cannot judge, such as a model file whose
   *     scores are NaN
   */
  List<Detection> detect(BufferedImage image);

  /** What it knows, as far as it says. */
  Vocabulary vocabulary();
}
