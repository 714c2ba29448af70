package ai.echogen.observe.scores;

import ai.echogen.observe.ScoreSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The samples that two runs have in common.
 *
 * @param first by rising id
 * @param second the same ids
 * @param onlyFirst ids that the second run lacks
 * @param onlySecond ids that the first run lacks
 * @param differences of protocol and data, each as the end of a sentence; none if the numbers can
 *     be compared
 */
public record PairedSamples(
    List<SampleScores> first,
    List<SampleScores> second,
    List<String> onlyFirst,
    List<String> onlySecond,
    List<String> differences) {
  private static final String SYSTEM = "system";
  private static final String DATA = "data_fingerprint";

  public PairedSamples {
    first = List.copyOf(first);
    second = List.copyOf(second);
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
    differences = List.copyOf(differences);
  }

  public static PairedSamples of(ScoredRun first, ScoredRun second) {
    var others = new HashMap<String, SampleScores>();
    second.samples().forEach(sample -> others.put(sample.id(), sample));
    var ofFirst = new ArrayList<SampleScores>();
    var ofSecond = new ArrayList<SampleScores>();
    var onlyFirst = new ArrayList<String>();
    for (var sample : first.samples()) {
      var other = others.remove(sample.id());
      if (other == null) {
        onlyFirst.add(sample.id());
      } else {
        ofFirst.add(sample);
        ofSecond.add(other);
      }
    }
    var differences = new ArrayList<>(differences(first.summary(), second.summary()));
    addDifference(differences, ofFirst, ofSecond, "regions wanted", SampleScores::wanted);
    addDifference(differences, ofFirst, ofSecond, "split", SampleScores::split);
    addDifference(differences, ofFirst, ofSecond, "image", SampleScores::image);
    return new PairedSamples(
        ofFirst, ofSecond, onlyFirst, List.copyOf(new TreeSet<>(others.keySet())), differences);
  }

  /** What two runs were not scored alike in: rules of the protocol, and fingerprints of data. */
  static List<String> differences(ScoreSummary first, ScoreSummary second) {
    var differences = new ArrayList<String>();
    addDifferences(differences, "protocol ", rules(first), rules(second));
    var data = data(first);
    var otherData = data(second);
    data.keySet().retainAll(otherData.keySet()); // what one does not tell is no difference
    otherData.keySet().retainAll(data.keySet());
    addDifferences(differences, "", data, otherData);
    return differences;
  }

  private static void addDifferences(
      List<String> differences, String what, Map<String, String> one, Map<String, String> other) {
    var keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    for (var key : keys) {
      if (!Objects.equals(one.get(key), other.get(key))) {
        differences.add(
            "%s%s: %s and %s"
                .formatted(
                    what,
                    key,
                    one.getOrDefault(key, "nothing"),
                    other.getOrDefault(key, "nothing")));
      }
    }
  }

  private static Map<String, String> rules(ScoreSummary summary) {
    var rules = new TreeMap<>(summary.protocol());
    rules.keySet().removeIf(key -> key.equals(SYSTEM) || key.startsWith(SYSTEM + "."));
    return rules;
  }

  private static Map<String, String> data(ScoreSummary summary) {
    var data = new TreeMap<String, String>();
    for (var field : summary.provenance().properties()) {
      if (field.getKey().startsWith(DATA)) {
        data.put(field.getKey(), field.getValue().asText());
      }
    }
    return data;
  }

  private static void addDifference(
      List<String> differences,
      List<SampleScores> first,
      List<SampleScores> second,
      String what,
      Function<SampleScores, Object> part) {
    var unlike = new ArrayList<String>();
    for (int i = 0; i < first.size(); i++) {
      if (!part.apply(first.get(i)).equals(part.apply(second.get(i)))) {
        unlike.add(first.get(i).id());
      }
    }
    if (!unlike.isEmpty()) {
      differences.add(
          String.format(
              Locale.ROOT,
              "%s of %,d of the %,d samples of both, such as %s",
              what,
              unlike.size(),
              first.size(),
              unlike.get(0)));
    }
  }
}
