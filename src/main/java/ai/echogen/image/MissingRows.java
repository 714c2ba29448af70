package ai.echogen.image;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Tells whether a reader found all of a picture: that of JPEG fills what is missing with grey and
 * only warns, that of GIF leaves it empty and says nothing but how far it came.
 */
final class MissingRows implements IIOReadWarningListener, IIOReadProgressListener {
  private static final float ALL = 100; // percent

  private boolean isWarned;
  private float progress;

  private MissingRows() {}

  /** What watches the reader's next picture. */
  static MissingRows of(ImageReader reader) {
    var watch = new MissingRows();
    reader.addIIOReadWarningListener(watch);
    reader.addIIOReadProgressListener(watch);
    return watch;
  }

  /** Whether the file of that format ended before its picture did. */
  boolean areThere(ImageFormat format) {
    return isWarned || (format == ImageFormat.GIF && progress < ALL);
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    var text = warning.toLowerCase(Locale.ROOT);
    isWarned |= text.contains("truncated") || text.contains("premature");
  }

  @Override
  public void imageProgress(ImageReader source, float percentageDone) {
    progress = Math.max(progress, percentageDone);
  }

  @Override
  public void sequenceStarted(ImageReader source, int minIndex) {}

  @Override
  public void sequenceComplete(ImageReader source) {}

  @Override
  public void imageStarted(ImageReader source, int imageIndex) {}

  @Override
  public void imageComplete(ImageReader source) {}

  @Override
  public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

  @Override
  public void thumbnailProgress(ImageReader source, float percentageDone) {}

  @Override
  public void thumbnailComplete(ImageReader source) {}

  @Override
  public void readAborted(ImageReader source) {}
}
