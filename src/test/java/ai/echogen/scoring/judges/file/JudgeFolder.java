package ai.echogen.scoring.judges.file;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A folder with a judge in it, for tests. */
record JudgeFolder(Path folder) {
  static final String INPUT =
      """
      {"name": "images", "width": %d, "height": %d, "resize": "%s", "interpolation": "bilinear",%s
       "channels": "rgb", "type": "float32", "divisor": 255, "mean": [0, 0, 0], "std": [1, 1, 1],
       "layout": "nchw"}\
      """;

  /** An input without padding. */
  static String squash(int width, int height) {
    return String.format(Locale.ROOT, INPUT, width, height, "squash", "");
  }

  static String letterbox(int width, int height) {
    return String.format(Locale.ROOT, INPUT, width, height, "letterbox", " \"pad\": 114,");
  }

  static String detector(String input, String output) {
    return """
    {"kind": "detector", "name": "tiny", "model": "tiny.onnx", "input": %s, "output": %s,
     "classes": ["cat", "dog"], "threshold": 0.25, "nms": 0.5, "most": 100}\
    """
        .formatted(input, output);
  }

  JudgeFolder with(String name, byte[] content) {
    try {
      Files.write(folder.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JudgeFolder with(String name, String content) {
    return with(name, content.getBytes(StandardCharsets.UTF_8));
  }

  JudgeFolder with(OnnxModel model) {
    return with("tiny.onnx", model.toBytes());
  }

  JudgeFolder describedBy(String json) {
    return with("judge.json", json);
  }

  JudgeFile read() throws IOException {
    return JudgeFile.of(Location.of(folder), "judge");
  }
}
