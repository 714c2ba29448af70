package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's files, all in the folder of the description.
 *
 * @param model ONNX or TorchScript, by its ending
 * @param data where an ONNX model keeps weights outside of itself
 */
record ModelFiles(String model, List<String> data) {
  private static final String ONNX = ".onnx";
  private static final String TORCH_SCRIPT = ".pt";

  ModelFiles {
    data = List.copyOf(data);
  }

  /** The fields {@code model} and, if there is one, {@code data}. */
  static ModelFiles read(JsonRecord record) {
    var files = new ModelFiles(Fields.fileName(record, "model"), Fields.fileNames(record, "data"));
    if (!files.isOnnx() && !files.model.endsWith(TORCH_SCRIPT) && !files.model.isEmpty()) {
      record.problem(
          "model", "must end in .onnx, or in .pt for TorchScript, got \"" + files.model + "\"");
    }
    if (!files.isOnnx() && !files.data.isEmpty()) {
      record.problem("data", "is for ONNX models");
    }
    return files;
  }

  boolean isOnnx() {
    return model.endsWith(ONNX);
  }

  /** All of them. */
  List<String> all() {
    var all = new ArrayList<>(data);
    all.add(0, model);
    return all;
  }
}
