package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.List;
import java.util.Locale;

/**
 * Three outputs, as SSD and what torchvision and TensorFlow export have them after their own
 * suppression: boxes (1, n, 4), scores (1, n) and numbers of classes (1, n), all with or without
 * the leading 1.
 *
 * @param order what the four numbers of a box are
 * @param coordinates what they are measured in
 * @param firstClass number of the first class that has a name
 */
record SeparateDecoding(
    OutputKey boxes,
    OutputKey scores,
    OutputKey classes,
    Order order,
    Coordinates coordinates,
    int firstClass)
    implements Decoding {
  private static final int LARGEST_CLASS = 1_000_000;

  /** The four numbers of a box: corners, the first corner and sizes, or the middle and sizes. */
  enum Order {
    XYXY,
    YXYX,
    XYWH,
    CXCYWH
  }

  /** Of the network's input. */
  enum Coordinates {
    RELATIVE,
    PIXELS
  }

  static SeparateDecoding read(JsonRecord record) {
    return new SeparateDecoding(
        OutputKey.read(record, "boxes"),
        OutputKey.read(record, "scores"),
        OutputKey.read(record, "classes"),
        Fields.choice(record, "order", Order.class),
        Fields.choice(record, "coordinates", Coordinates.class),
        (int) record.whole("first_class", 0, LARGEST_CLASS));
  }

  @Override
  public List<OutputKey> outputs() {
    return List.of(boxes, scores, classes);
  }

  @Override
  public void decode(
      List<Output> outputs, int numClasses, int width, int height, Candidates candidates) {
    var boxes = outputs.get(0);
    var scores = outputs.get(1);
    var classes = outputs.get(2);
    int number = number(boxes);
    requireLength(scores, number);
    requireLength(classes, number);
    requireUnits(boxes, scores, number);
    for (int i = 0; i < number; i++) {
      double score = scores.values()[i];
      if (!(score >= 0 && score <= 1)) { // NaN is neither
        throw scores.wrong("has the score %s, which must be 0 to 1".formatted(score));
      }
      if (candidates.takes(score)) {
        var corners = corners(boxes, i, width, height);
        candidates.add(
            category(classes, i, numClasses),
            score,
            corners[0],
            corners[1],
            corners[2],
            corners[3]);
      }
    }
  }

  private void requireUnits(Output boxes, Output scores, int number) {
    var units = new BoxUnits();
    var values = boxes.values();
    for (int i = 0; i < number; i++) {
      if (scores.values()[i] > 0) {
        units.add(values[4 * i], values[4 * i + 1], values[4 * i + 2], values[4 * i + 3]);
      }
    }
    if (coordinates == Coordinates.RELATIVE) {
      units.requireShares(boxes, "coordinates must be pixels");
    } else {
      units.requirePixels(boxes, "coordinates must be relative");
    }
  }

  private int category(Output classes, int i, int numClasses) {
    double number = classes.values()[i];
    double category = number - firstClass;
    if (!(category >= 0 && category < numClasses) || category != Math.rint(category)) {
      throw classes.wrong(
          String.format(
              Locale.ROOT,
              "has the class %s; with %d names and first_class %d it must be a whole number, %d to"
                  + " %d",
              number,
              numClasses,
              firstClass,
              firstClass,
              firstClass + numClasses - 1));
    }
    return (int) category;
  }

  /** Left, top, right and bottom in pixels of the input. */
  private double[] corners(Output boxes, int i, int width, int height) {
    var box = new double[4];
    for (int k = 0; k < 4; k++) {
      box[k] = boxes.values()[4 * i + k];
      if (!Double.isFinite(box[k])) {
        throw boxes.wrong(String.format(Locale.ROOT, "has %s in box %d", box[k], i));
      }
    }
    var corners =
        switch (order) {
          case XYXY -> box;
          case YXYX -> new double[] {box[1], box[0], box[3], box[2]};
          case XYWH -> new double[] {box[0], box[1], box[0] + box[2], box[1] + box[3]};
          case CXCYWH ->
              new double[] {
                box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2, box[1] + box[3] / 2
              };
        };
    if (coordinates == Coordinates.RELATIVE) {
      for (int k = 0; k < 4; k++) {
        corners[k] *= k % 2 == 0 ? width : height;
      }
    }
    return corners;
  }

  private static int number(Output boxes) {
    var shape = boxes.shape();
    boolean isBatch = shape.length == 3 && shape[0] == 1;
    if ((!isBatch && shape.length != 2) || shape[shape.length - 1] != 4) {
      throw boxes.mustBe("boxes-scores-classes needs 1 × boxes × 4, or boxes × 4");
    }
    return boxes.length(shape.length - 2);
  }

  private static void requireLength(Output output, int number) {
    var shape = output.shape();
    boolean isBatch = shape.length == 2 && shape[0] == 1;
    if ((!isBatch && shape.length != 1) || shape[shape.length - 1] != number) {
      throw output.mustBe(
          String.format(
              Locale.ROOT, "with %d boxes it must be 1 × %d, or %d", number, number, number));
    }
  }
}
