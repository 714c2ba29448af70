package ai.echogen.scoring.judges.file;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A loaded model file. Safe for use by many threads. */
sealed interface Network extends AutoCloseable permits OnnxNetwork, TorchNetwork {
  /**
   * Runs it.
   *
   * @return the wanted outputs, in their order
   * @throws IllegalArgumentException if it has no such inputs or outputs, or fails
   */
  List<Output> run(List<Input> inputs, List<OutputKey> wanted);

  /** What it runs in, and where. */
  String runtime();

  @Override
  void close();

  /**
   * Opens a model in a folder of this machine.
   *
   * @param place of the file, for messages when the folder may be gone
   * @param device where TorchScript runs; ONNX runs on the processor
   * @throws IllegalArgumentException if the file is damaged, or is none of its kind
   */
  static Network open(Path folder, ModelFiles files, String place, Device device)
      throws IOException {
    var file = folder.resolve(files.model());
    return files.isOnnx()
        ? OnnxNetwork.open(file, files.data(), place)
        : TorchNetwork.open(file, place, device);
  }
}
