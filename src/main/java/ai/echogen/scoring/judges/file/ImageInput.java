package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.scoring.judges.file.Input.Type;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;

/**
 * How a picture becomes what a network takes: each level, 0 to 255, is divided by {@code divisor},
 * then {@code mean} is taken off it and it is divided by {@code std}.
 *
 * @param name of the network's input; empty where it has one only
 * @param pad level of what is padded
 * @param mean of red, green and blue, as {@code std}
 */
record ImageInput(
    String name,
    int width,
    int height,
    Resize resize,
    Interpolation interpolation,
    int pad,
    Channels channels,
    Type type,
    double divisor,
    List<Double> mean,
    List<Double> std,
    Layout layout) {
  private static final int LARGEST_SIDE = 4096;
  private static final int LEVELS = 256;
  private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

  /** The order of the channels. */
  enum Channels {
    RGB,
    BGR
  }

  /** The order of the dimensions. */
  enum Layout {
    NCHW,
    NHWC
  }

  /**
   * A picture as a network takes it.
   *
   * @param placement where the picture lies in it
   */
  record Prepared(Input input, Placement placement) {}

  ImageInput {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** The object {@code input} of a description. */
  static ImageInput read(JsonRecord record) {
    var resize = Fields.choice(record, "resize", Resize.class);
    var input =
        new ImageInput(
            record.textIfAny("name").orElse(""),
            (int) record.whole("width", 1, LARGEST_SIDE),
            (int) record.whole("height", 1, LARGEST_SIDE),
            resize,
            Fields.choice(record, "interpolation", Interpolation.class),
            resize.pads() ? (int) record.whole("pad", 0, LEVELS - 1) : 0,
            Fields.choice(record, "channels", Channels.class),
            Fields.choice(record, "type", Type.class),
            Fields.number(record, "divisor", 1e-6, 1e6),
            Fields.channels(record, "mean"),
            Fields.channels(record, "std"),
            Fields.choice(record, "layout", Layout.class));
    input.check(record);
    var unused = record.nothingElse();
    return input;
  }

  private void check(JsonRecord record) {
    if (type != Type.FLOAT32 && type != Type.UINT8) {
      record.problem("type", "must be float32 or uint8");
    }
    if (std.stream().anyMatch(value -> !(value > 0))) {
      record.problem("std", "must be > 0, got " + std);
    }
    boolean isPlain = divisor == 1 && mean.equals(ZEROS) && std.equals(ONES);
    if (type == Type.UINT8 && !isPlain) {
      record.problem("type", "uint8 takes levels as they are: divisor 1, mean 0, std 1");
    }
    if (resize == Resize.CROP && width != height) {
      record.problem(
          "resize",
          String.format(
              Locale.ROOT, "crop makes squares, got width %d and height %d", width, height));
    }
  }

  /** A picture of any size as the network takes it, a batch of one. */
  Prepared prepare(BufferedImage image) {
    var placement = resize.placement(image.getWidth(), image.getHeight(), width, height);
    var levels = new Resampler(interpolation, placement, width, height).draw(image, pad);
    var ordered = new float[levels.length]; // (H, W, 3) or (3, H, W)
    int area = width * height;
    for (int channel = 0; channel < 3; channel++) {
      int color = channels == Channels.RGB ? channel : 2 - channel;
      double mean = this.mean.get(color);
      double std = this.std.get(color);
      for (int i = 0; i < area; i++) {
        int at = layout == Layout.NCHW ? channel * area + i : i * 3 + channel;
        ordered[at] = (float) ((levels[color * area + i] / divisor - mean) / std);
      }
    }
    return new Prepared(input(ordered), placement);
  }

  private Input input(float[] values) {
    long[] shape =
        layout == Layout.NCHW ? new long[] {1, 3, height, width} : new long[] {1, height, width, 3};
    if (type == Type.FLOAT32) {
      return new Input(name, type, FloatBuffer.wrap(values), shape);
    }
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) Math.round(values[i]);
    }
    return new Input(name, type, ByteBuffer.wrap(bytes), shape);
  }

  /** A grey picture, to try a network with. */
  Prepared trial() {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return prepare(image);
  }
}
