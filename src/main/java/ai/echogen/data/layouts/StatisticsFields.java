package ai.echogen.data.layouts;

import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Origin;
import ai.echogen.data.layouts.CorpusStatistics.Pair;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.layout.Layout;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields of a {@link StatisticsJson}, read strictly: numbers that no corpus can have are
 * problems of the record.
 */
final class StatisticsFields {
  private static final int MOST_CATEGORIES = 100_000;
  private static final int MOST_PAIRS = 1_000_000;
  private static final long MOST = 1_000_000_000_000L; // of anything that is counted
  private static final double LARGEST = 100; // of a mean or a variance: they are of shares and logs
  private static final double SLACK = 1e-5; // numbers have six decimals

  private StatisticsFields() {}

  /** What the fields say, or something harmless where the record has problems. */
  static CorpusStatistics of(JsonRecord record) {
    var origin = record.object("origin");
    var from = new Origin(origin.text("data"), origin.text("split"), origin.text("fingerprint"));
    var unused = origin.nothingElse();
    long images = record.whole("images", 1, MOST);
    var perImage = perImage(record, images);
    long longTexts = record.whole("longTexts", 0, MOST);
    var boxes = boxes(record, BoxVector.SIZE);
    var categories = new ArrayList<Category>();
    var names = new HashSet<String>();
    for (var object : some(record, "categories", 1, MOST_CATEGORIES)) {
      categories.add(category(object, names));
    }
    var pairs = new ArrayList<Pair>();
    var places = new HashSet<List<Integer>>();
    for (var object : some(record, "pairs", 0, MOST_PAIRS)) {
      pairs.add(pair(object, categories.size(), places));
    }
    requireCompany(record, categories, pairs);
    return new CorpusStatistics(from, images, perImage, longTexts, boxes, categories, pairs);
  }

  private static List<Long> perImage(JsonRecord record, long images) {
    var counts = new ArrayList<Long>();
    var list = record.any("regionsPerImage");
    boolean isWhole = list.isArray() && list.size() == Layout.MAX_REGIONS + 1;
    long sum = 0;
    for (JsonNode count : isWhole ? list : JsonNodeFactory.instance.arrayNode()) {
      isWhole &= count.isIntegralNumber() && count.canConvertToLong();
      isWhole &= count.longValue() >= 0 && count.longValue() <= MOST;
      counts.add(count.longValue());
      sum += isWhole ? count.longValue() : 0;
    }
    if (!isWhole || sum != images) {
      record.problem(
          "regionsPerImage",
          String.format(
              Locale.ROOT,
              "must be %d whole numbers, whose sum is images=%d",
              Layout.MAX_REGIONS + 1,
              images));
    }
    return counts;
  }

  private static List<JsonRecord> some(JsonRecord record, String field, int least, int most) {
    int size = record.any(field).size();
    if (size < least || size > most) {
      record.problem(
          field, String.format(Locale.ROOT, "must be %,d to %,d, got %,d", least, most, size));
      return List.of();
    }
    return record.list(field, false);
  }

  private static Category category(JsonRecord object, Set<String> names) {
    var name = text(object, "name");
    if (!names.add(name)) {
      object.problem("name", "is that of another too: " + name);
    }
    long count = object.whole("count", 1, MOST);
    long inCompany = object.whole("inCompany", 0, count);
    var phrases = new ArrayList<Phrase>();
    for (var phrase : some(object, "phrases", 0, KeptKinds.MOST_PHRASES)) {
      phrases.add(new Phrase(text(phrase, "text"), phrase.whole("count", 1, count)));
      var unused = phrase.nothingElse();
    }
    var category = new Category(name, count, inCompany, phrases, boxes(object, BoxVector.SIZE));
    var unused = object.nothingElse();
    return category;
  }

  private static String text(JsonRecord object, String field) {
    var text = object.text(field);
    if (text.length() > PhraseList.LONGEST) {
      object.problem(
          field, String.format(Locale.ROOT, "must have at most %d letters", PhraseList.LONGEST));
    }
    return text;
  }

  private static Pair pair(JsonRecord object, int numCategories, Set<List<Integer>> places) {
    int most = Math.max(0, numCategories - 1);
    int first = (int) object.whole("first", 0, most);
    int second = (int) object.whole("second", first, most);
    if (!places.add(List.of(first, second))) {
      object.problem(
          "first", String.format(Locale.ROOT, "%d, second %d are there twice", first, second));
    }
    long weight = object.whole("weight", 1, CorpusStatistics.COMPANY * MOST);
    var pair = new Pair(first, second, weight, boxes(object, 2 * BoxVector.SIZE));
    var unused = object.nothingElse();
    return pair;
  }

  private static Spread boxes(JsonRecord object, int size) {
    var boxes = object.object("boxes");
    long count = boxes.whole("count", 1, 2 * Layout.MAX_REGIONS * MOST);
    var mean = numbers(boxes, "mean", size);
    var covariance = numbers(boxes, "covariance", size * (size + 1) / 2);
    var unused = boxes.nothingElse();
    if (mean.size() == size && covariance.size() == size * (size + 1) / 2) {
      requireVariances(boxes, covariance, size);
    }
    return new Spread(count, mean, covariance);
  }

  private static List<Double> numbers(JsonRecord object, String field, int size) {
    var numbers = new ArrayList<Double>();
    var list = object.any(field);
    boolean isRight = list.isArray() && list.size() == size;
    for (JsonNode number : isRight ? list : JsonNodeFactory.instance.arrayNode()) {
      isRight &= number.isNumber() && Math.abs(number.doubleValue()) <= LARGEST;
      numbers.add(number.doubleValue());
    }
    if (!isRight) {
      object.problem(
          field,
          String.format(
              Locale.ROOT,
              "must be %d numbers from %.0f to %.0f, got %s",
              size,
              -LARGEST,
              LARGEST,
              JsonText.shown(list)));
    }
    return numbers;
  }

  /** A variance is not negative, and two things vary together no more than each does. */
  private static void requireVariances(JsonRecord object, List<Double> covariance, int size) {
    var variances = new double[size];
    int place = 0;
    for (int i = 0; i < size; place += size - i, i++) {
      variances[i] = covariance.get(place) + SLACK;
    }
    boolean isRight = true;
    place = 0;
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++, place++) {
        isRight &= variances[i] >= 0 && variances[j] >= 0;
        isRight &=
            Math.abs(covariance.get(place)) <= Math.sqrt(variances[i] * variances[j]) + SLACK;
      }
    }
    if (!isRight) {
      object.problem("covariance", "is that of no numbers");
    }
  }

  /** All pairs of a category weigh no more than all of its company. */
  private static void requireCompany(
      JsonRecord record, List<Category> categories, List<Pair> pairs) {
    if (!record.problems().isEmpty()) {
      return; // more would follow from those
    }
    var left = new double[categories.size()];
    for (int i = 0; i < left.length; i++) {
      left[i] = (double) CorpusStatistics.COMPANY * categories.get(i).inCompany();
    }
    for (var pair : pairs) {
      left[pair.first()] -= pair.weight();
      left[pair.second()] -= pair.first() == pair.second() ? 0 : pair.weight();
    }
    for (int i = 0; i < left.length; i++) {
      if (left[i] < 0) {
        record.problem(
            "categories",
            String.format(Locale.ROOT, "[%d].inCompany is less than its pairs weigh", i));
      }
    }
  }
}
