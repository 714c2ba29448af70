package ai.echogen.data.layouts;

import static ai.echogen.data.layouts.Corpora.region;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusCountTest {
  private static final String LONG = "x".repeat(201);

  @TempDir private Path temp;

  @Test
  void countsWhatIsThere() {
    var shards =
        shards(
            new Layout(
                "",
                List.of(
                    region("a dog", "dog", 0.25, 0.5, 0.5, 0.25),
                    region("cat", "cat", 0.75, 0.5, 0.25, 0.25))),
            new Layout(
                "",
                List.of(
                    region("a dog", "dog", 0.5, 0.5, 0.5, 0.5),
                    region("cat", "cat", 0.5, 0.25, 0.25, 0.5),
                    region("dog", "dog", 0.75, 0.75, 0.25, 0.25))),
            new Layout("", List.of(region("bird", " ", 0.5, 0.5, 0.5, 0.5))),
            new Layout(
                "",
                List.of(
                    region("cat", "cat", 0.5, 0.5, 0.5, 0.5),
                    region("x", LONG, 0.5, 0.5, 0.5, 0.5))));

    var found = count(shards, new CorpusCount(10, 10, 1));

    assertThat(found.images()).isEqualTo(4);
    assertThat(found.regionsPerImage()).containsExactly(0L, 1L, 2L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    assertThat(found.longTexts()).isEqualTo(1);
    assertThat(found.boxes().count()).isEqualTo(8);
    assertThat(found.categories())
        .extracting(Category::name)
        .containsExactly("cat", "dog", "bird"); // of three each: by alphabet
    assertThat(found.categories()).extracting(Category::count).containsExactly(3L, 3L, 1L);
    assertThat(found.categories()).extracting(Category::inCompany).containsExactly(3L, 3L, 0L);
    assertThat(found.categories().get(1).phrases())
        .containsExactly(new Phrase("a dog", 2), new Phrase("dog", 1));

    // cat 0, dog 1: in the first image the whole company of each, in the second half of the cat's
    // each, and a dog's other half is the other dog.
    var pairs = found.pairs();
    assertThat(pairs).hasSize(2);
    assertThat(List.of(pairs.get(0).first(), pairs.get(0).second())).containsExactly(0, 1);
    assertThat(pairs.get(0).boxes().count()).isEqualTo(3);
    assertThat(pairs.get(0).weight()).isEqualTo(2520 + 1260 + 1260);
    assertThat(List.of(pairs.get(1).first(), pairs.get(1).second())).containsExactly(1, 1);
    assertThat(pairs.get(1).boxes().count()).isEqualTo(2); // either order
    assertThat(pairs.get(1).weight()).isEqualTo(2 * 1260);
  }

  @Test
  void boxesHaveTheirMeanAndCovariance() {
    double[] x = {0.25, 0.5, 0.75};
    double[] widths = {0.5, 0.25, 0.25};
    var layouts = new ArrayList<Layout>();
    for (int i = 0; i < 3; i++) {
      layouts.add(new Layout("", List.of(region("dog", "dog", x[i], 0.5, widths[i], 0.125))));
    }
    var boxes = count(shards(layouts), new CorpusCount(10, 10, 1)).categories().get(0).boxes();

    double meanLog = (Math.log(0.5) + 2 * Math.log(0.25)) / 3;
    assertThat(boxes.mean().get(0)).isCloseTo(0.5, within(1e-6));
    assertThat(boxes.mean().get(2)).isCloseTo(meanLog, within(2e-4));
    assertThat(boxes.mean().get(3)).isCloseTo(Math.log(0.125), within(2e-4));
    double varX = 2 * 0.25 * 0.25 / 3;
    double covariance = 0;
    double varLog = 0;
    for (int i = 0; i < 3; i++) {
      covariance += (x[i] - 0.5) * (Math.log(widths[i]) - meanLog) / 3;
      varLog += Math.pow(Math.log(widths[i]) - meanLog, 2) / 3;
    }
    assertThat(boxes.covariance().get(0)).isCloseTo(varX, within(1e-6));
    assertThat(boxes.covariance().get(1)).isZero();
    assertThat(boxes.covariance().get(2)).isCloseTo(covariance, within(1e-3));
    assertThat(boxes.covariance().get(7)).isCloseTo(varLog, within(1e-3));
    assertThat(boxes.covariance().get(9)).isCloseTo(0, within(1e-5));
  }

  /** Of a pair: the first category's box, then the second's. */
  @Test
  void pairsRememberHowTheirBoxesLie() {
    var shards = Corpora.write(temp.resolve("scenes"), Corpora.scenes(20), FileSize.DEFAULT);
    var found = count(shards, new CorpusCount(10, 10, 5));

    var names = found.categories().stream().map(Category::name).toList();
    assertThat(names).containsExactly("bird", "cup", "table", "sky", "dog");
    var pair =
        found.pairs().stream()
            .filter(p -> p.first() == names.indexOf("cup") && p.second() == names.indexOf("table"))
            .findFirst()
            .orElseThrow();
    assertThat(pair.boxes().mean().get(5) - pair.boxes().mean().get(1))
        .isCloseTo(0.2, within(5e-3));
    var full = pair.boxes().gaussian().covariance();
    assertThat(full[1][5] / full[5][5]).isCloseTo(1, within(0.1)); // the cup moves with the table
    assertThat(found.pairs())
        .extracting(p -> names.get(p.first()) + " " + names.get(p.second()))
        .containsExactlyInAnyOrder("bird bird", "bird sky", "cup table");
  }

  @Test
  void onlyTheMostFrequentAreKept() {
    var shards = Corpora.write(temp.resolve("scenes"), Corpora.scenes(2), FileSize.DEFAULT);
    var found = count(shards, new CorpusCount(3, 1, 1));
    assertThat(found.categories())
        .extracting(Category::name)
        .containsExactly("bird", "cup", "table");
    assertThat(found.pairs()).hasSize(1);
    assertThat(count(shards, new CorpusCount(3, 5, 11)).pairs()).isEmpty();
  }

  @Test
  void theSameHoweverTheRowsAreDivided() {
    var layouts = new ArrayList<>(Corpora.scenes(10));
    var one = Corpora.write(temp.resolve("one"), layouts, FileSize.DEFAULT);
    Collections.reverse(layouts);
    var many = Corpora.write(temp.resolve("many"), layouts, new FileSize(15, 1L << 20));
    assertThat(ShardStore.manifest(many).files()).hasSizeGreaterThan(5);
    var counting = new CorpusCount(10, 10, 1);
    assertThat(StatisticsJson.of(count(many, counting)))
        .isEqualTo(StatisticsJson.of(count(one, counting)));
  }

  @Test
  void tenRegionsAtMostAreCounted() {
    var regions = new ArrayList<Region>();
    for (int i = 0; i < 12; i++) {
      regions.add(region("thing", "thing", 0.5, 0.5, 0.1 + 0.01 * i, 0.1));
    }
    var found = count(shards(new Layout("", regions)), new CorpusCount(10, 10, 1));
    assertThat(found.regionsPerImage().get(10)).isEqualTo(1);
    assertThat(found.categories().get(0).count()).isEqualTo(10);
    assertThat(found.pairs().get(0).weight()).isEqualTo(10 * 2520); // the company of ten regions
  }

  private Location shards(Layout... layouts) {
    return shards(List.of(layouts));
  }

  private Location shards(List<Layout> layouts) {
    return Corpora.write(temp.resolve("shards"), layouts, FileSize.DEFAULT);
  }

  private static CorpusStatistics count(Location shards, CorpusCount counting) {
    var spark = LocalSpark.session().sparkContext();
    return counting.count(
        JavaSparkContext.fromSparkContext(spark),
        ShardStore.split(shards, "train", "caption", "regions"),
        new Origin("shards", "train", "abc"),
        spark.longAccumulator("rows"));
  }
}
