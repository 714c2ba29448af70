package ai.echogen.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image is made with, in a checkout whose jar has places of libraries and no more. */
class LayOutTest {
  private static final String LIBTORCH = "pytorch/cu999/linux-x86_64/";

  @TempDir Path dir;
  private Path checkout;
  private Path script;
  private Map<String, String> environment;

  @BeforeEach
  void build() throws IOException {
    checkout = Files.createDirectory(dir.toRealPath().resolve("checkout"));
    for (var folder : List.of("conf", "deploy")) {
      copy(Path.of(folder));
    }
    copy(Path.of("echogen"));
    copy(Path.of("LICENSE"));
    script = checkout.resolve("deploy/lay-out.sh");
    var target = Files.createDirectories(checkout.resolve("target"));
    var jars = Files.createDirectories(target.resolve("spark-home/jars"));
    Files.createFile(jars.resolve("spark-core_2.12-3.5.9.jar"));
    Files.createFile(jars.resolve("hadoop-aws-3.3.4.jar"));
    Files.createFile(target.resolve("echogen-perf.jar"));
    Files.writeString(target.resolve("bom.json"), "{}");
    try (var jar = new JarOutputStream(Files.newOutputStream(target.resolve("echogen.jar")))) {
      for (var name :
          List.of(
              LIBTORCH + "libtorch.so",
              LIBTORCH + "libc10.so",
              "jnilib/linux-x86_64/cpu/libdjl_torch.so",
              "jnilib/linux-x86_64/cu999/libdjl_torch.so",
              "native/lib/linux-x86_64/cpu/libtokenizers.so")) {
        jar.putNextEntry(new JarEntry(name));
        jar.write(name.getBytes(StandardCharsets.UTF_8));
        jar.closeEntry();
      }
    }
    environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  @Test
  void librariesLieWhereTheDockerfileSaysThatTheyDo() throws IOException {
    var out = layOut();
    assertThat(list(out.resolve("natives/torch")))
        .containsExactlyInAnyOrder("libtorch.so", "libc10.so", "libdjl_torch.so");
    assertThat(out.resolve("natives/torch/libdjl_torch.so"))
        .hasContent("jnilib/linux-x86_64/cu999/libdjl_torch.so");
    assertThat(out.resolve("natives/tokenizers/libtokenizers.so")).exists();
    assertThat(list(out.resolve("natives"))).containsExactlyInAnyOrder("torch", "tokenizers");
    var dockerfile = Files.readString(Path.of("deploy/Dockerfile"));
    assertThat(dockerfile)
        .contains("PYTORCH_LIBRARY_PATH=/opt/echogen/natives/torch ")
        .contains("RUST_LIBRARY_PATH=/opt/echogen/natives/tokenizers/libtokenizers.so ")
        .contains("/deploy/lay-out.sh /opt/echogen ");
  }

  @Test
  void theSparkThatIsThereIsLinkedAndOneOfNoneIsCopied() throws IOException {
    var copied = layOut();
    assertThat(copied.resolve("target/spark-home/jars/spark-core_2.12-3.5.9.jar")).exists();
    assertThat(list(copied.resolve("lib"))).isEmpty();

    var spark = Files.createDirectories(dir.resolve("spark/jars")).getParent();
    environment =
        Map.of("JAVA_HOME", System.getProperty("java.home"), "SPARK_HOME", spark.toString());
    var linked = dir.resolve("linked");
    assertThat(run(linked.toString()).code()).isZero();
    assertThat(Files.readSymbolicLink(linked.resolve("target/spark-home"))).isEqualTo(spark);
    assertThat(list(linked.resolve("lib"))).containsExactly("hadoop-aws-3.3.4.jar");
  }

  @Test
  void anybodyMayReadAndNobodyElseWrite() throws IOException {
    try (var files = Files.walk(layOut())) {
      assertThat(files.toList())
          .hasSizeGreaterThan(10)
          .allSatisfy(
              file ->
                  assertThat(Files.getPosixFilePermissions(file))
                      .as(file.toString())
                      .contains(PosixFilePermission.OTHERS_READ)
                      .doesNotContain(
                          PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
    }
  }

  @Test
  void aFolderThatIsThereAndABuildThatIsNotAreNamed() throws IOException {
    assertThat(run(dir.toString()).output())
        .isEqualTo("error: " + dir + ": is there already; give a new folder\n");
    Files.delete(checkout.resolve("target/echogen.jar"));
    var result = run(dir.resolve("out").toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).contains("target/echogen.jar: is not built; run ./mvnw ");
  }

  private Path layOut() {
    var out = dir.resolve("out");
    var result = run(out.toString());
    assertThat(result.code()).as(result.output()).isZero();
    return out;
  }

  private Shell.Result run(String... words) {
    return Shell.run(dir, environment, script, List.of(words));
  }

  private void copy(Path from) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var to = checkout.resolve(file);
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
