package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.List;
import java.util.Locale;

/**
 * Two outputs with a row for each query: logits, and boxes as middle, width and height relative to
 * the input.
 *
 * <p>DETR: (1, queries, classes + 1), of which the softmax is taken; the last class is none, and a
 * query has the best of the others. With a sigmoid, as Deformable DETR and RT-DETR have it: (1,
 * queries, classes), and each query and class is a box of its own.
 */
record DetrDecoding(Form form, OutputKey logits, OutputKey boxes) implements Decoding {
  static DetrDecoding read(JsonRecord record, Form form) {
    return new DetrDecoding(
        form, OutputKey.read(record, "logits"), OutputKey.read(record, "boxes"));
  }

  @Override
  public List<OutputKey> outputs() {
    return List.of(logits, boxes);
  }

  @Override
  public void decode(
      List<Output> outputs, int numClasses, int width, int height, Candidates candidates) {
    var logits = outputs.get(0);
    var boxes = outputs.get(1);
    int values = form == Form.DETR ? numClasses + 1 : numClasses;
    requireShapes(logits, boxes, values, numClasses);
    boxes.requireFinite();
    requireShares(boxes);
    for (int query = 0; query < logits.length(1); query++) {
      if (form == Form.DETR) {
        addBest(logits, boxes, query, values, width, height, candidates);
        continue;
      }
      for (int category = 0; category < numClasses; category++) {
        double score =
            requireNumber(
                logits, query, 1 / (1 + Math.exp(-logits.values()[query * values + category])));
        if (candidates.takes(score)) {
          add(boxes, query, category, score, width, height, candidates);
        }
      }
    }
  }

  private void requireShares(Output boxes) {
    var units = new BoxUnits();
    for (int at = 0; at < boxes.values().length; at += 4) {
      var values = boxes.values();
      units.add(values[at], values[at + 1], values[at + 2], values[at + 3]);
    }
    units.requireShares(boxes, Fields.word(form) + " takes shares alone");
  }

  private static void addBest(
      Output logits,
      Output boxes,
      int query,
      int values,
      int width,
      int height,
      Candidates candidates) {
    int at = query * values;
    int best = 0;
    double most = logits.values()[at];
    for (int category = 1; category < values; category++) {
      double logit = logits.values()[at + category];
      most = Math.max(most, logit);
      if (category < values - 1 && logit > logits.values()[at + best]) {
        best = category;
      }
    }
    double sum = 0;
    for (int category = 0; category < values; category++) {
      sum += Math.exp(logits.values()[at + category] - most);
    }
    double score = requireNumber(logits, query, Math.exp(logits.values()[at + best] - most) / sum);
    add(boxes, query, best, score, width, height, candidates);
  }

  /** Of one NaN among the logits comes another; what cannot be has minus infinity. */
  private static double requireNumber(Output logits, int query, double score) {
    if (Double.isNaN(score)) {
      throw logits.wrong(String.format(Locale.ROOT, "gives query %d the score NaN", query));
    }
    return score;
  }

  private static void add(
      Output boxes,
      int query,
      int category,
      double score,
      int width,
      int height,
      Candidates candidates) {
    int at = query * 4;
    double x = boxes.values()[at] * (double) width;
    double y = boxes.values()[at + 1] * (double) height;
    double across = boxes.values()[at + 2] * (double) width / 2;
    double down = boxes.values()[at + 3] * (double) height / 2;
    candidates.add(category, score, x - across, y - down, x + across, y + down);
  }

  private void requireShapes(Output logits, Output boxes, int values, int numClasses) {
    var shape = logits.shape();
    if (shape.length != 3 || shape[0] != 1 || shape[2] != values) {
      throw logits.mustBe(
          String.format(
              Locale.ROOT,
              "%s with %d classes needs 1 × queries × %d",
              Fields.word(form),
              numClasses,
              values));
    }
    var box = boxes.shape();
    if (box.length != 3 || box[0] != 1 || box[1] != shape[1] || box[2] != 4) {
      throw boxes.mustBe(
          String.format(
              Locale.ROOT,
              "%s needs 1 × %d × 4, as %s has it",
              Fields.word(form),
              shape[1],
              logits));
    }
  }
}
