package ai.echogen.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import ai.echogen.tokens.LocationCodec;
import ai.echogen.tokens.WordVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionWordsTest {
  private static final LocationCodec LOCATIONS = new LocationCodec(8);

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 20, 1000})
  void isTheVocabularyOfAllTextsAtOnce(int maxWords) {
    var texts = new ArrayList<String>();
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < 50; i++) {
      var caption = "A %s dog, number %d".formatted(i % 2 == 0 ? "RED" : "blue", i % 13);
      var region = new Region("the dog's ball " + i % 4, "ball", new Box(0, 0, 1, 1));
      samples.add(sample(i, new Layout(caption, List.of(region))));
      texts.add(caption);
      texts.add(region.phrase());
    }
    write(samples);

    var counted =
        CaptionWords.count(
            LocalSpark.session(), Location.of(temp.resolve("shards")), maxWords, LOCATIONS);

    assertThat(counted.toJson())
        .isEqualTo(WordVocabulary.ofTexts(texts, maxWords, LOCATIONS).toJson());
  }

  @Test
  void phrasesThatAreTrimmedAwayDoNotCount() {
    var regions = new ArrayList<Region>();
    for (int i = 0; i <= Layout.MAX_REGIONS; i++) {
      regions.add(new Region("word" + i, "x", new Box(0, 0, 1, 0.05f + 0.05f * i)));
    }
    write(List.of(sample(1, new Layout("a", regions))));

    var counted =
        CaptionWords.count(
            LocalSpark.session(), Location.of(temp.resolve("shards")), 1000, LOCATIONS);

    assertThat(counted.words()).contains("word1").doesNotContain("word0");
  }

  private void write(List<Sample> samples) {
    var rows = samples.stream().map(Sample::toRow).toList();
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(temp.resolve("shards")),
        new Provenance("test", "{}", List.of()),
        new FileSize(9, 1 << 20));
  }

  private static Sample sample(int i, Layout layout) {
    var id = "s%03d".formatted(i);
    return new Sample(id, new byte[] {1}, id, 8, 8, layout, "test", "train");
  }
}
