package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.ArrayList;
import java.util.List;

/** A pair of networks that put pictures and texts into one space. */
record TextImageDescription(Side<ImageInput> image, Side<TextInput> text)
    implements JudgeDescription {
  /**
   * One of the two.
   *
   * @param input what goes in
   * @param output what comes out
   */
  record Side<I>(ModelFiles model, I input, Vector output) {}

  static TextImageDescription read(JsonRecord record) {
    var unused = record.text("name"); // for the row of a result
    var image = record.object("image");
    var text = record.object("text");
    var description =
        new TextImageDescription(
            new Side<>(
                ModelFiles.read(image),
                ImageInput.read(image.object("input")),
                Vector.read(image.object("output"))),
            new Side<>(
                ModelFiles.read(text),
                TextInput.read(text.object("input")),
                Vector.read(text.object("output"))));
    if (description.image.output.dimension() != description.text.output.dimension()) {
      text.problem("output.dimension", "must be that of image.output: they share a space");
    }
    var unusedImage = image.nothingElse();
    var unusedText = text.nothingElse();
    return description;
  }

  @Override
  public Kind kind() {
    return Kind.TEXT_IMAGE;
  }

  @Override
  public List<String> files() {
    var files = new ArrayList<>(image.model.all());
    files.addAll(text.model.all());
    files.add(text.input.tokenizer());
    return files;
  }
}
