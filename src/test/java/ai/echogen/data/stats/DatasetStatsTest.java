package ai.echogen.data.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DatasetStatsTest {
  private static final byte[] PNG =
      Png.encode(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB));
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1};

  /** Three rows to train on, two of them with one image, which the row to test on has, too. */
  private static final List<Row> ROWS =
      List.of(
          row("a", PNG, 64, 48, "a red hoop", "train", hoop(0, 0, 0.5f, 0.5f), ball()),
          row("b", PNG, 64, 48, " the  hoop,\ta ball ", "train", hoop(0, 0, 0.5f, 0.25f)),
          row("c", JPEG, 300, 200, "", "train"),
          row("d", PNG, 64, 48, "hoop", "test", hoop(0.25f, 0.25f, 0.75f, 0.75f)));

  private static Region hoop(float x0, float y0, float x1, float y1) {
    return new Region("the hoop", "hoop", new Box(x0, y0, x1, y1));
  }

  private static Region ball() {
    return new Region("a ball", "ball", new Box(0.5f, 0.5f, 1, 1));
  }

  private static Row row(
      String id, byte[] file, int width, int height, String caption, String split, Region... of) {
    var layout = new Layout(caption, List.of(of));
    return new Sample(id, file, id, width, height, layout, "of " + split, split).toRow();
  }

  @Test
  void countsRowsCaptionsAndSizes() {
    var rows = stats(ROWS, 2).splits().get("train").rows();
    assertThat(rows.rows()).isEqualTo(3);
    assertThat(rows.widths().min()).isEqualTo(64);
    assertThat(rows.widths().median()).isEqualTo(64);
    assertThat(rows.widths().max()).isEqualTo(300);
    assertThat(rows.heights().histogram(List.of(0, 48, 100)).counts()).containsExactly(0L, 2L, 1L);
    assertThat(rows.captionWords().histogram(List.of(0, 1, 2, 3, 4)).counts())
        .containsExactly(1L, 0L, 0L, 1L, 1L);
    assertThat(rows.captionWords().median()).isEqualTo(3);
    assertThat(rows.captionLetters().sum()).isEqualTo(10 + 17);
    assertThat(rows.regions().sum()).isEqualTo(3);
    assertThat(rows.regions().mean()).isEqualTo(1);
  }

  @Test
  void countsBoxesBySizeAndPlace() {
    var rows = stats(ROWS, 2).splits().get("train").rows();
    var areas = rows.boxAreas();
    assertThat(areas.counts().get(areas.edges().indexOf(0.1))).isEqualTo(1); // 0.125
    assertThat(areas.counts().get(areas.edges().indexOf(0.2))).isEqualTo(2); // 0.25
    assertThat(rows.boxWidths().counts().get(10)).isEqualTo(3); // 0.5
    assertThat(rows.boxHeights().counts().get(5)).isEqualTo(1); // 0.25
    assertThat(rows.boxHeights().counts().get(10)).isEqualTo(2);

    assertThat(sum(rows.centers())).isEqualTo(3);
    assertThat(rows.centers()[8][8]).isEqualTo(1);
    assertThat(rows.centers()[4][8]).isEqualTo(1);
    assertThat(rows.centers()[24][24]).isEqualTo(1);
    assertThat(sum(rows.covered())).isEqualTo(16 * 16 + 16 * 8 + 16 * 16);
    assertThat(rows.covered()[7][15]).isEqualTo(2);
    assertThat(rows.covered()[8][15]).isEqualTo(1);
    assertThat(rows.covered()[8][16]).isZero();
    assertThat(rows.covered()[31][31]).isEqualTo(1);
  }

  @Test
  void countsTextsTheMostFrequentFirst() {
    var train = stats(ROWS, 2).splits().get("train");
    assertThat(train.texts(TextKind.PHRASE).most())
        .extracting(TextCounts.Entry::text, TextCounts.Entry::count)
        .containsExactly(tuple("the hoop", 2L), tuple("a ball", 1L));
    assertThat(train.texts(TextKind.CATEGORY).distinct()).isEqualTo(2);
    assertThat(train.texts(TextKind.CATEGORY).total()).isEqualTo(3);
    assertThat(train.texts(TextKind.SOURCE).most())
        .containsExactly(new TextCounts.Entry("of train", 3));
    assertThat(train.texts(TextKind.SIZE).most())
        .containsExactly(new TextCounts.Entry("64 × 48", 2), new TextCounts.Entry("300 × 200", 1));
  }

  @Test
  void findsEqualImagesInASplitAndAcrossSplits() {
    var stats = stats(ROWS, 2);
    var train = stats.splits().get("train").images();
    assertThat(train.bytes()).isEqualTo(2L * PNG.length + JPEG.length);
    assertThat(train.formats()).containsOnly(entry("png", 2), entry("jpg", 1));
    assertThat(train.distinct()).isEqualTo(2);
    assertThat(train.duplicates()).isEqualTo(1);
    assertThat(train.repeated())
        .singleElement()
        .satisfies(
            image ->
                assertThat(image.splits().get("train"))
                    .isEqualTo(new SameImage.Rows(2, List.of("a", "b"))));
    assertThat(stats.splits().get("test").images().duplicates()).isZero();
    assertThat(stats.images().numShared()).isEqualTo(1);
    assertThat(stats.images().shared())
        .singleElement()
        .satisfies(image -> assertThat(image.splits()).containsOnlyKeys("train", "test"));
  }

  private static Map.Entry<String, Long> entry(String key, long value) {
    return Map.entry(key, value);
  }

  @Test
  void theResultIsTheSameHoweverRowsAreDivided() {
    var random = CounterRandom.of(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      var regions = new Region[random.nextInt(0, 12)];
      for (int r = 0; r < regions.length; r++) {
        float x = (float) random.nextDouble(0, 0.9);
        float y = (float) random.nextDouble(0, 0.9);
        var box = new Box(x, y, (float) random.nextDouble(x + 0.001, 1), 1);
        regions[r] = new Region("phrase " + random.nextInt(90), "c" + random.nextInt(3), box);
      }
      var file = new byte[] {(byte) random.nextInt(200)};
      var split = random.nextInt(4) == 0 ? "test" : "train";
      int width = random.nextInt(8, 500);
      rows.add(row("id" + i, file, width, 64, "word ".repeat(width % 30), split, regions));
    }

    var expected = StatsJson.of(stats(rows, 1)).toPrettyString();

    assertThat(expected).contains("\"phrase 7\"");
    assertThat(StatsJson.of(stats(rows, 7)).toPrettyString()).isEqualTo(expected);
  }

  @Test
  void largeNumbersTakeNoMoreMemory() {
    var counts = new WholeCounts();
    counts.add(WholeCounts.MOST);
    counts.add(16_000_000);
    assertThat(counts.median()).isEqualTo(WholeCounts.MOST);
    assertThat(counts.max()).isEqualTo(16_000_000);
    assertThat(counts.sum()).isEqualTo(16_000_000L + WholeCounts.MOST);
  }

  private static long sum(long[][] cells) {
    return Arrays.stream(cells).flatMapToLong(LongStream::of).sum();
  }

  private static ShardStats stats(List<Row> rows, int partitions) {
    var spark = LocalSpark.session();
    var divided = spark.createDataFrame(rows, Sample.SCHEMA).repartition(partitions).javaRDD();
    return ShardStats.of(divided, divided, spark.sparkContext().longAccumulator());
  }
}
