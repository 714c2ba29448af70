package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.judges.file.JudgeFile;
import ai.echogen.scoring.judges.file.JudgePool;
import ai.echogen.scoring.metrics.ClipScore;
import ai.echogen.scoring.metrics.OverlapScores;
import ai.echogen.scoring.metrics.OverlapScores.NamedBox;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * OverLayBench (2509.19282): layouts whose boxes overlap. {@link OverlapScores} has the names; a
 * layout's {@code difficulty} is the sum of IoU times likeness of the phrases over the pairs of
 * boxes that overlap, and with two bounds it is {@code simple}, {@code regular} or {@code complex}.
 *
 * @param side of the square that a picture is scaled to for the detector; 0: as it is
 * @param texts whose cosine is the likeness of two phrases; null: the share of their words that
 *     both have, of all that one has
 * @param leastOverlap IoU that two wanted boxes must have more of to count as overlapping
 * @param levels difficulties from which on a layout is regular, and complex; empty for no levels
 */
public record OverlayBenchmark(
    DetectorSource detector,
    int side,
    @Nullable JudgeFile texts,
    double leastOverlap,
    List<Double> levels)
    implements Benchmark {
  private static final String DIFFICULTY = "difficulty";
  private static final List<String> NAMES = List.of("simple", "regular", "complex");

  public OverlayBenchmark {
    levels = List.copyOf(levels);
  }

  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public Optional<DetectorSource> watcher() {
    return Optional.of(detector);
  }

  @Override
  public SortedMap<String, String> protocol() {
    var rules = DetectorSource.rules(detector.describe(), side);
    rules.put("overlap", "IoU > " + leastOverlap);
    rules.put("levels", levels.isEmpty() ? "none" : levels.toString());
    if (texts == null) {
      rules.put("likeness", "common words of two phrases / words of both");
    } else {
      rules.put("likeness", "cosine of the phrases");
      texts.settings().forEach((key, value) -> rules.put("text_judge." + key, value));
    }
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var picture = DetectorSource.sized(given.picture(), side);
    return given
        .judged()
        .withSeen(SEEN, detector.detect(given.sample().id(), picture))
        .withVector(DIFFICULTY, difficulty(given.sample().asked()));
  }

  private double difficulty(List<Target> asked) throws IOException {
    var boxes = asked.stream().map(Target::box).toList();
    var phrases = asked.stream().map(Target::phrase).toList();
    if (texts == null) {
      return OverlapScores.difficulty(boxes, (i, k) -> likeness(phrases.get(i), phrases.get(k)));
    }
    try (var lease = JudgePool.leaseTextImage(texts)) {
      var vectors = lease.value().texts(phrases);
      return OverlapScores.difficulty(boxes, (i, k) -> ClipScore.COSINE.of(vectors[i], vectors[k]));
    }
  }

  /** Words that two phrases have in common, of all that they have. */
  static double likeness(String phrase, String other) {
    var common = words(phrase);
    var all = words(other);
    all.addAll(common);
    common.retainAll(words(other));
    return common.size() / (double) all.size();
  }

  private static Set<String> words(String phrase) {
    return new HashSet<>(Arrays.asList(phrase.strip().toLowerCase(Locale.ROOT).split("\\s+", -1)));
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long seed) {
    var scores = new Scores();
    for (var one : labelled(judged)) {
      var sample = one.sample();
      double difficulty = one.vector(DIFFICULTY)[0];
      var wanted = sample.asked().stream().map(t -> new NamedBox(t.category(), t.box())).toList();
      var overlaps = new OverlapScores(leastOverlap);
      overlaps.add(one.id(), level(difficulty), wanted, SeenBoxes.named(sample, one.seen(SEEN)));
      scores.add(one.id(), overlaps.table());
      scores.addMean(one.id(), sample.image(), DIFFICULTY, difficulty);
    }
    scores.close(draws, seed);
    return scores;
  }

  private String level(double difficulty) {
    if (levels.isEmpty()) {
      return "";
    }
    return NAMES.get((int) levels.stream().filter(bound -> difficulty >= bound).count());
  }
}
