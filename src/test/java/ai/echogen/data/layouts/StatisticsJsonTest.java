package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.layouts.CorpusStatistics.Pair;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  @Test
  void readsWhatItWrote() throws IOException {
    var file = temp.resolve("statistics.json");
    Files.write(file, StatisticsJson.of(statistics()));
    assertThat(StatisticsJson.read(Location.of(file))).isEqualTo(statistics());
    assertThat(StatisticsJson.of(StatisticsJson.read(Location.of(file))))
        .isEqualTo(Files.readAllBytes(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/version                      | 2        | is of version 2, this program reads 1",
        "/version                      | null     | missing version",
        "/images                       | 4        | regionsPerImage must be 11 whole numbers, whose"
            + " sum is images=4",
        "/images                       | -1       | images must be a whole number, 1 to",
        "/regionsPerImage              | [3]      | regionsPerImage must be 11 whole numbers",
        "/regionsPerImage/3            | 1.5      | regionsPerImage must be 11 whole numbers",
        "/regionsPerImage/3            | 1e400    | regionsPerImage must be 11 whole numbers",
        "/extra                        | 1        | extra is not known",
        "/boxes/mean/0                 | 1e9      | boxes.mean must be 4 numbers from -100 to 100",
        "/boxes/covariance             | [0.1]    | boxes.covariance must be 10 numbers",
        "/boxes/covariance/0           | -0.1     | boxes.covariance is that of no numbers",
        "/boxes/covariance/1           | 5        | boxes.covariance is that of no numbers",
        "/categories                   | []       | 'categories must be 1 to 100,000, got 0'",
        "/categories/1/name            | \"dog\"  | categories[1].name is that of another too: dog",
        "/categories/1/name            | 7        | categories[1].name must be a text, got 7",
        "/categories/0/count           | 0        | 'categories[0].count must be a whole number, 1"
            + " to'",
        "/categories/0/inCompany       | 9        | 'categories[0].inCompany must be a whole"
            + " number, 0 to 3'",
        "/categories/0/inCompany       | 1        | categories [0].inCompany is less than its pairs"
            + " weigh",
        "/categories/0/phrases/0/text  | \" \"    | categories[0].phrases[0].text must be a text",
        "/categories/0/phrases/0/more  | 1        | categories[0].phrases[0].more is not known",
        "/pairs/0/second               | 2        | 'pairs[0].second must be a whole number, 0 to"
            + " 1, got 2'",
        "/pairs/0/weight               | 1e30     | 'pairs[0].weight must be a whole number'",
        "/pairs/1/second               | 1        | 'pairs[1].first 0, second 1 are there twice'",
        "/pairs/0/boxes/mean/7         | \"NaN\"  | pairs[0].boxes.mean must be 8 numbers",
      })
  void everyDamageIsNamed(String place, String value, String message) throws IOException {
    var root = JSON.readTree(StatisticsJson.of(statistics()));
    int cut = place.lastIndexOf('/');
    var parent = root.at(place.substring(0, cut));
    var field = place.substring(cut + 1);
    if (parent instanceof ObjectNode object) {
      object.set(field, JSON.readTree(value));
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(field), JSON.readTree(value));
    }
    var file = temp.resolve("statistics.json");
    Files.write(file, JSON.writeValueAsBytes(root));
    assertThatThrownBy(() -> StatisticsJson.read(Location.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message)
        .hasMessageContaining("layouts source=corpus wrote it");
  }

  @Test
  void whatIsNoJsonIsRefused() throws IOException {
    var file = temp.resolve("statistics.json");
    Files.writeString(file, "[1]", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> StatisticsJson.read(Location.of(file)))
        .hasMessageContaining("must be a JSON object, got [1]");
    Files.writeString(file, "{\"version\": 1, \"version\": 1}", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> StatisticsJson.read(Location.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version");
    assertThatThrownBy(() -> StatisticsJson.read(Location.of(temp.resolve("none.json"))))
        .hasMessageContaining("no such file; check statistics");
  }

  /** Two categories, three images: dog with cat, dog with dog, cat alone. */
  static CorpusStatistics statistics() {
    return new CorpusStatistics(
        new Origin("file:/shards", "train", "abc"),
        3,
        List.of(0L, 1L, 2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L),
        0,
        spread(5, 4),
        List.of(
            new Category("dog", 3, 3, List.of(new Phrase("a dog", 2)), spread(3, 4)),
            new Category("cat", 2, 1, List.of(), spread(2, 4))),
        List.of(
            new Pair(0, 1, CorpusStatistics.COMPANY, spread(1, 8)),
            new Pair(0, 0, 2 * CorpusStatistics.COMPANY, spread(2, 8))));
  }

  private static Spread spread(long count, int size) {
    var mean = Collections.nCopies(size, -0.25);
    var covariance = new double[size * (size + 1) / 2];
    for (int i = 0, place = 0; i < size; place += size - i, i++) {
      covariance[place] = 0.123457;
    }
    return Spread.of(count, mean.stream().mapToDouble(Double::doubleValue).toArray(), covariance);
  }
}
