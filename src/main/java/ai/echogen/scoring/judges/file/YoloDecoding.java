package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.List;
import java.util.Locale;

/**
 * One output with a column for each box: middle, width and height in pixels of the input, then
 * scores after the sigmoid.
 *
 * <p>YOLOv5 and its like: (1, boxes, 5 + classes); the fifth is the objectness, which every class's
 * score is multiplied with. YOLOv8 and its like: (1, 4 + classes, boxes), without one.
 */
record YoloDecoding(Form form, OutputKey output, Labels labels) implements Decoding {
  private static final int BOX = 4;
  private static final double ROUNDING = 1e-3; // a sigmoid in half precision may exceed 1

  static YoloDecoding read(JsonRecord record, Form form) {
    return new YoloDecoding(
        form, OutputKey.read(record, "tensor"), Fields.choice(record, "labels", Labels.class));
  }

  @Override
  public List<OutputKey> outputs() {
    return List.of(output);
  }

  @Override
  public void decode(
      List<Output> outputs, int numClasses, int width, int height, Candidates candidates) {
    var output = outputs.get(0);
    boolean isTransposed = form == Form.YOLO_V8;
    int before = isTransposed ? BOX : BOX + 1;
    int values = before + numClasses;
    requireShape(output, values, numClasses);
    output.requireFinite();
    int boxes = output.length(isTransposed ? 2 : 1);
    int next = isTransposed ? boxes : 1; // from one value of a box to its next
    requirePixels(output, boxes, isTransposed ? 1 : values, next);
    for (int box = 0; box < boxes; box++) {
      int at = isTransposed ? box : box * values;
      double objectness = isTransposed ? 1 : score(output, at + BOX * next);
      propose(output, at, next, before, numClasses, objectness, candidates);
    }
  }

  private void requirePixels(Output output, int boxes, int step, int next) {
    var units = new BoxUnits();
    var values = output.values();
    for (int box = 0; box < boxes; box++) {
      int at = box * step;
      units.add(values[at], values[at + next], values[at + 2 * next], values[at + 3 * next]);
    }
    units.requirePixels(output, Fields.word(form) + " takes pixels alone");
  }

  private void propose(
      Output output,
      int at,
      int next,
      int before,
      int numClasses,
      double objectness,
      Candidates candidates) {
    int best = 0;
    double bestScore = -1;
    for (int category = 0; category < numClasses; category++) {
      double score = objectness * score(output, at + (before + category) * next);
      if (labels == Labels.ALL && candidates.takes(score)) {
        add(output, at, next, category, score, candidates);
      }
      if (score > bestScore) {
        best = category;
        bestScore = score;
      }
    }
    if (labels == Labels.BEST) {
      add(output, at, next, best, bestScore, candidates);
    }
  }

  private static void add(
      Output output, int at, int next, int category, double score, Candidates candidates) {
    double x = output.values()[at];
    double y = output.values()[at + next];
    double across = output.values()[at + 2 * next] / 2;
    double down = output.values()[at + 3 * next] / 2;
    candidates.add(category, score, x - across, y - down, x + across, y + down);
  }

  private double score(Output output, int at) {
    double score = output.values()[at];
    if (score < -ROUNDING || score > 1 + ROUNDING) {
      throw output.wrong(
          String.format(
              Locale.ROOT,
              "has the score %s, which must be 0 to 1: %s takes scores after the sigmoid",
              score,
              Fields.word(form)));
    }
    return score;
  }

  private void requireShape(Output output, int values, int numClasses) {
    boolean isTransposed = form == Form.YOLO_V8;
    var shape = output.shape();
    if (shape.length != 3 || shape[0] != 1 || shape[isTransposed ? 1 : 2] != values) {
      throw output.mustBe(
          String.format(
              Locale.ROOT,
              "%s with %d classes needs %s",
              Fields.word(form),
              numClasses,
              isTransposed ? "1 × " + values + " × boxes" : "1 × boxes × " + values));
    }
  }
}
