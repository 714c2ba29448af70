package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.List;

/**
 * A feature network.
 *
 * @param output (1, dimension), or with more dimensions of length 1 behind
 */
record FeaturesDescription(ModelFiles model, ImageInput input, Vector output)
    implements JudgeDescription {
  static FeaturesDescription read(JsonRecord record) {
    var unused = record.text("name"); // for the row of a result
    return new FeaturesDescription(
        ModelFiles.read(record),
        ImageInput.read(record.object("input")),
        Vector.read(record.object("output")));
  }

  @Override
  public Kind kind() {
    return Kind.FEATURES;
  }

  @Override
  public List<String> files() {
    return model.all();
  }
}
