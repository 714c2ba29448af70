package ai.echogen.data.ingest;

import ai.echogen.data.shards.Finding;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that annotations say of one image; built while they are read. */
public final class SourceImage implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of a size that is there and cannot be one. */
  public static final int NO_SIZE = -1;

  /** What a format's boxes are counted in. */
  public enum Unit {
    /** Of the picture that was annotated, whose size the annotations may have. */
    PIXELS,
    /** Of its width and height: from 0 to 1. */
    SHARES
  }

  private final String id;
  private final String fileName;
  private final int width;
  private final int height;
  private final Unit unit;
  private final List<SourceBox> boxes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable String caption;
  private @Nullable String split;
  private byte @Nullable [] content;

  /** An image whose boxes are pixels. */
  public SourceImage(String id, String fileName, int width, int height) {
    this(id, fileName, width, height, Unit.PIXELS);
  }

  /**
   * An image without boxes yet.
   *
   * @param id unlike any other in the data set
   * @param fileName below the folder of images; may be empty if the annotations hold the image
   * @param width in pixels; 0 if the annotations have none, {@link #NO_SIZE} if it is no number
   * @param height the same
   */
  public SourceImage(String id, String fileName, int width, int height, Unit unit) {
    this.id = id;
    this.fileName = fileName;
    this.width = width;
    this.height = height;
    this.unit = unit;
  }

  /** A size as a file has it; {@link #NO_SIZE} if it is none. */
  public static int pixels(String text) {
    try {
      double number = Double.parseDouble(text.strip());
      return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : NO_SIZE;
    } catch (NumberFormatException e) {
      return NO_SIZE;
    }
  }

  public void add(SourceBox box) {
    boxes.add(box);
  }

  /** What is wrong with the image or a part of it. */
  public void add(Finding finding) {
    findings.add(finding);
  }

  public void setCaption(String caption) {
    this.caption = caption;
  }

  /** The split that the data set has it in. */
  public void setSplit(String split) {
    this.split = split;
  }

  /** The image's file, where it comes with its annotations. */
  public void setContent(byte[] content) {
    this.content = content;
  }

  public String id() {
    return id;
  }

  public String fileName() {
    return fileName;
  }

  /** What to call it in findings. */
  public String name() {
    return fileName.isEmpty() ? id : fileName;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public Unit unit() {
    return unit;
  }

  public List<SourceBox> boxes() {
    return Collections.unmodifiableList(boxes);
  }

  public List<Finding> findings() {
    return Collections.unmodifiableList(findings);
  }

  public Optional<String> caption() {
    return Optional.ofNullable(caption);
  }

  public Optional<String> split() {
    return Optional.ofNullable(split);
  }

  public Optional<byte[]> content() {
    return Optional.ofNullable(content);
  }
}
