package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import ai.echogen.cluster.StandaloneCluster;
import ai.echogen.data.shards.ShardFile;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes of shards on one core, on four, and on two workers whose driver was killed. */
class ClusterIngestTest {
  private static final int NUM_IMAGES = 300; // five pieces
  private static final int PATIENCE = 300; // seconds

  @TempDir private static Path temp;

  @BeforeAll
  static void writeImages() throws IOException {
    Files.createDirectory(temp.resolve("images"));
    Files.createDirectory(temp.resolve("voc"));
    for (int i = 0; i < NUM_IMAGES; i++) {
      var name = String.format(Locale.ROOT, "%04d", i);
      Files.write(temp.resolve("images/" + name + ".jpg"), jpeg(i));
      Files.writeString(
          temp.resolve("voc/" + name + ".xml"),
          String.format(
              Locale.ROOT,
              """
              <annotation><filename>%s.jpg</filename>
              <object><name>dog</name>
              <bndbox><xmin>%d</xmin><ymin>9</ymin><xmax>90</xmax><ymax>80</ymax></bndbox></object>
              </annotation>
              """,
              name,
              1 + i % 50));
    }
  }

  @Test
  void bytesAreTheSameOnAnyNumberOfCoresAndAfterAKill() throws Exception {
    var one = ingest("one", Map.of("spark.master", "local[1]"));
    assertThat(one).hasSize(2).extracting(ShardFile::split).containsExactly("test", "train");
    assertThat(ingest("two", Map.of("spark.master", "local[2]"))).isEqualTo(one);
    assertThat(ingest("four", Map.of("spark.master", "local[4]"))).isEqualTo(one);

    try (var cluster = StandaloneCluster.start(temp.resolve("cluster"), 2)) {
      var job = JobProcess.start(temp.resolve("log"), cluster.properties(), words("out"));
      while (numFinished() == 0) {
        assertThat(job.hasEnded()).as(job.output()).isFalse();
        Thread.sleep(5);
      }
      job.signal("KILL");
      assertThat(job.await(PATIENCE).code()).isEqualTo(137);
      assertThat(temp.resolve("out")).doesNotExist();
      assertThat(numFinished()).isPositive();

      var again =
          JobProcess.run(temp.resolve("again"), cluster.properties(), words("out"), PATIENCE);

      assertThat(again.code()).as(again.output()).isZero();
      assertThat(again.output()).contains("ingest: goes on with what an earlier run has finished");
    }
    assertThat(files("out")).isEqualTo(one);
    assertThat(temp.toFile().list((folder, name) -> name.contains("partial"))).isEmpty();
  }

  private static int numFinished() throws IOException {
    try (var all = Files.walk(temp, 3)) {
      return (int) all.filter(file -> file.getFileName().toString().startsWith("part-0")).count();
    } catch (UncheckedIOException e) { // a file that was being written has its name now
      return 0;
    }
  }

  private static List<ShardFile> ingest(String name, Map<String, String> spark) throws Exception {
    var result = JobProcess.run(temp.resolve(name + ".log"), spark, words(name), PATIENCE);
    assertThat(result.code()).as(result.output()).isZero();
    return files(name);
  }

  private static List<ShardFile> files(String name) {
    return ShardStore.manifest(Location.of(temp.resolve(name))).files();
  }

  private static List<String> words(String out) {
    return List.of(
        "ingest",
        "format=voc",
        "annotations=" + temp.resolve("voc"),
        "images=" + temp.resolve("images"),
        "size=128",
        "out=" + temp.resolve(out));
  }

  private static byte[] jpeg(int seed) throws IOException {
    var random = new Random(seed);
    var image = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 10_000; i++) {
      image.setRGB(i % 100, i / 100, random.nextInt(1 << 24));
    }
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", out);
    return out.toByteArray();
  }
}
