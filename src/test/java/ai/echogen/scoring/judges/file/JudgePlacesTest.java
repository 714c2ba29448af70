package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.data.LocalSpark;
import ai.echogen.storage.Location;
import ai.echogen.storage.RemoteFileSystem;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges on another file system, and in the tasks of a Spark job. */
class JudgePlacesTest {
  private static final String FEATURES =
      """
      {"kind": "features", "name": "tiny", "model": "tiny.onnx", "data": ["weights.bin"],
       "input": {"width": 1, "height": 1, "resize": "squash", "interpolation": "bilinear",
        "channels": "rgb", "type": "float32", "divisor": 1, "mean": [0, 0, 0], "std": [1, 1, 1],
        "layout": "nchw"},
       "output": {"tensor": "features", "dimension": 3}}\
      """;

  @TempDir Path directory;

  /** What is put in, plus what lies in another file. */
  private static JudgeFolder fill(Path folder) throws IOException {
    var weights = new byte[12]; // 0, 0, 2
    weights[11] = 0x40;
    return new JudgeFolder(Files.createDirectories(folder))
        .describedBy(FEATURES)
        .with("weights.bin", weights)
        .with(
            new OnnxModel()
                .input("images", OnnxModel.FLOAT, 1, 3, 1, 1)
                .external("w", "weights.bin", weights.length, 1, 3)
                .node("Flatten", List.of("images"), "flat")
                .node("Add", List.of("flat", "w"), "features")
                .output("features", OnnxModel.FLOAT, 1, 3));
  }

  @Test
  void aJudgeIsFetchedFromAnyFileSystemAndErrorsNameThePlaceThere() throws IOException {
    RemoteFileSystem.register(directory);
    try {
      var folder = fill(directory.resolve("judges"));
      var file = JudgeFile.of(Location.of("remote:///judges/judge.json"), "judge");
      try (var lease = JudgePool.leaseFeatures(file)) {
        var image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        assertThat(lease.value().features(List.of(image))[0]).containsExactly(1, 2, 5);
        assertThat(lease.value().describe()).containsKey("sha256.weights.bin");
      }
      assertThat(JudgeFile.of(Location.of("remote:///judges"), "judge").settings())
          .isEqualTo(file.settings());

      folder.with("tiny.onnx", "nothing");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> JudgePool.leaseFeatures(JudgeFile.of(Location.of("remote:///judges"), "judge")))
          .withMessageStartingWith("remote:/judges/tiny.onnx: is no ONNX model");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JudgeFile.of(Location.of("remote:///nowhere"), "judge"))
          .withMessage("remote:///nowhere: no such file or directory; check judge");
    } finally {
      RemoteFileSystem.properties(directory).keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void tasksOfAJobShareOne() throws Exception {
    var file = JudgeFile.of(Location.of(fill(directory).folder()), "judge");
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

    var found =
        context
            .parallelize(List.of(1, 2, 3, 4, 5, 6), 6)
            .map(
                level -> {
                  var image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
                  image.setRGB(0, 0, level);
                  try (var lease = JudgePool.leaseFeatures(file)) {
                    return System.identityHashCode(lease.value())
                        + " "
                        + lease.value().features(List.of(image))[0][2];
                  }
                })
            .collect();

    var judge = found.get(0).split(" ")[0];
    assertThat(found)
        .containsExactly(
            judge + " 3.0",
            judge + " 4.0",
            judge + " 5.0",
            judge + " 6.0",
            judge + " 7.0",
            judge + " 8.0");
  }

  @Test
  void whatTravelsIsTheSameThere() throws Exception {
    var file = JudgeFile.of(Location.of(fill(directory).folder()), "judge");
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(file);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(file).hasSameHashCodeAs(file);
    }
  }
}
