package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.List;

/** How boxes, classes and scores lie in a detector's outputs. */
sealed interface Decoding permits YoloDecoding, DetrDecoding, SeparateDecoding {
  /** The forms that are known, as descriptions name them. */
  enum Form {
    YOLO_V5,
    YOLO_V8,
    DETR,
    DETR_SIGMOID,
    BOXES_SCORES_CLASSES
  }

  /** What a box may be of. */
  enum Labels {
    /** The class with the best score only. */
    BEST,
    /** Every class whose score is above the threshold. */
    ALL
  }

  /** The outputs that are read. */
  List<OutputKey> outputs();

  /**
   * Proposes what a network found in one picture.
   *
   * @param outputs as {@link #outputs} lists them
   * @param numClasses how many classes have a name
   * @param width of the network's input, as {@code height}
   * @throws IllegalArgumentException if they have not the form
   */
  void decode(List<Output> outputs, int numClasses, int width, int height, Candidates candidates);

  /** The object {@code output} of a description. */
  static Decoding read(JsonRecord record) {
    var form = Fields.choice(record, "decoding", Form.class);
    var decoding =
        switch (form) {
          case YOLO_V5, YOLO_V8 -> YoloDecoding.read(record, form);
          case DETR, DETR_SIGMOID -> DetrDecoding.read(record, form);
          case BOXES_SCORES_CLASSES -> SeparateDecoding.read(record);
        };
    var unused = record.nothingElse();
    return decoding;
  }
}
