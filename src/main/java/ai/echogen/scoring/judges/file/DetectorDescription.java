package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A detector.
 *
 * @param classFile file of the classes' names, a line each; if there is none they are {@code
 *     classes}
 * @param synonyms what else regions of the classes may be called
 * @param threshold only scores above it are detections
 * @param nms IoU above which the lesser of two boxes of one class goes; 1 lets all stay
 * @param most detections of a picture
 */
record DetectorDescription(
    ModelFiles model,
    ImageInput input,
    Decoding decoding,
    Optional<String> classFile,
    List<String> classes,
    Synonyms synonyms,
    double threshold,
    double nms,
    int most)
    implements JudgeDescription {
  private static final int MOST = 10_000;

  DetectorDescription {
    classes = List.copyOf(classes);
  }

  static DetectorDescription read(JsonRecord record) {
    var unused = record.text("name"); // for the row of a result
    var file = ClassNames.file(record);
    var description =
        new DetectorDescription(
            ModelFiles.read(record),
            ImageInput.read(record.object("input")),
            Decoding.read(record.object("output")),
            file,
            file.isPresent() ? List.of() : ClassNames.list(record),
            Synonyms.read(record),
            Fields.number(record, "threshold", 0, 1),
            Fields.number(record, "nms", 0, 1),
            (int) record.whole("most", 1, MOST));
    if (description.input.resize() == Resize.CROP) {
      record.problem("input.resize", "must not be crop: what is cut off would not be found");
    }
    return description;
  }

  @Override
  public Kind kind() {
    return Kind.DETECTOR;
  }

  @Override
  public List<String> files() {
    var files = new ArrayList<>(model.all());
    classFile.ifPresent(files::add);
    return files;
  }
}
