package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import java.util.List;

/** What a {@code judge.json} says. Every field has to be there: a protocol has no defaults. */
sealed interface JudgeDescription
    permits DetectorDescription, FeaturesDescription, TextImageDescription {
  /** Kinds of judges that come as files. */
  enum Kind {
    DETECTOR,
    FEATURES,
    TEXT_IMAGE
  }

  /** Which it is. */
  Kind kind();

  /** The models' files, and what else is opened, all in the folder of the description. */
  List<String> files();

  /**
   * Reads a description.
   *
   * @param place of it, for messages
   * @throws IllegalArgumentException naming everything that is wrong
   */
  static JudgeDescription parse(byte[] json, String place) {
    var record = JsonRecord.of(JsonText.parse(json, place), place);
    var kind = Fields.choice(record, "kind", Kind.class);
    record.orThrow("docs/judges.md has an example of each");
    var description =
        switch (kind) {
          case DETECTOR -> DetectorDescription.read(record);
          case FEATURES -> FeaturesDescription.read(record);
          case TEXT_IMAGE -> TextImageDescription.read(record);
        };
    record.nothingElse().orThrow("docs/judges.md has an example of each");
    return description;
  }
}
