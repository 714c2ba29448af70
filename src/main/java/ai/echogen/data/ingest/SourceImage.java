package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that the annotation files say of one image; built while they are read. */
final class SourceImage implements Serializable {
  /** Of a size that is there and cannot be one. */
  static final int NO_SIZE = -1;

  final String id;
  final String fileName;
  final int width;
  final int height;
  final List<SourceBox> boxes = new ArrayList<>();
  final List<Finding> findings = new ArrayList<>();
  @Nullable String caption;

  /**
   * @param width in pixels; 0 if the annotations have none, {@link #NO_SIZE} if it is no number
   * @param height the same
   */
  SourceImage(String id, String fileName, int width, int height) {
    this.id = id;
    this.fileName = fileName;
    this.width = width;
    this.height = height;
  }

  /** A size as a file has it; {@link #NO_SIZE} if it is none. */
  static int pixels(String text) {
    try {
      double number = Double.parseDouble(text.strip());
      return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : NO_SIZE;
    } catch (NumberFormatException e) {
      return NO_SIZE;
    }
  }
}
