package ai.echogen.scoring.benchmarks;

import ai.echogen.layout.Box;
import ai.echogen.observe.scores.SampleScores;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.scoring.judges.Vocabulary;
import ai.echogen.scoring.metrics.Detection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A protocol: what a system has to give for a case, what is found out about that, and which numbers
 * come of it.
 */
public interface Benchmark extends Serializable {
  /** What a system has to give for each case. */
  enum Need {
    /** A picture that follows the layout. */
    PICTURE,
    /** A box for each phrase, read from the true picture. */
    BOXES
  }

  /** What a system has to give. */
  Need need();

  /**
   * The case as a system is asked for it.
   *
   * @return nothing if it is not of the benchmark
   */
  default Optional<Case> accept(Case sample) {
    return Optional.of(sample);
  }

  /** Why a case gives no number, whatever a system gives for it; nothing if it does. */
  default Optional<String> unscored(Case accepted) {
    return Optional.empty();
  }

  /** The detector that looks at the pictures; nothing if there is none. */
  default Optional<DetectorSource> watcher() {
    return Optional.empty();
  }

  /** The regions of a case that the detector is to see. */
  default List<Target> lookedFor(Case accepted) {
    return accepted.asked();
  }

  /** What such a region is called, before the detector's {@link Vocabulary} is asked. */
  default String name(Target target) {
    return target.category();
  }

  /** What the detector knows; that is not said where there is none. */
  default Vocabulary vocabulary() {
    return watcher().map(DetectorSource::vocabulary).orElse(Vocabulary.UNKNOWN);
  }

  /** The same cases, with the detector's class of each region, or a text that is none, for it. */
  default List<Judged> labelled(List<Judged> judged) {
    var vocabulary = vocabulary();
    return judged.stream().map(one -> one.withSample(labelled(one.sample(), vocabulary))).toList();
  }

  private Case labelled(Case sample, Vocabulary vocabulary) {
    return sample.withTargets(
        sample.targets().stream()
            .map(target -> target.withCategory(vocabulary.label(target.phrase(), name(target))))
            .toList());
  }

  /**
   * All rules that decide its numbers, with those of its judge: whoever differs in one has numbers
   * that do not compare.
   */
  SortedMap<String, String> protocol() throws IOException;

  /**
   * A case and what a system gave for it.
   *
   * @param judged the case and, for {@link Need#BOXES}, what was read, as {@link #READ}
   * @param picture null for {@link Need#BOXES}, or where there is none and that counts as a picture
   *     in which nothing is
   * @param sample the case with its true picture, if that is there
   */
  record Given(Judged judged, @Nullable BufferedImage picture, Case sample) {}

  /** Finds out what its numbers are made of, on an executor. */
  Judged judge(Given given) throws IOException;

  /** The same of cases that come together. */
  default List<Judged> judge(List<Given> given) throws IOException {
    var judged = new ArrayList<Judged>();
    for (var one : given) {
      judged.add(judge(one));
    }
    return judged;
  }

  /**
   * The numbers of all cases.
   *
   * @param judged by rising id, without those that were left out
   * @param draws of the bootstrap; 0 for no intervals
   */
  Scores scores(List<Judged> judged, int draws, long seed);

  /** The name in {@link Judged#boxes} under which boxes of phrases are. */
  String READ = "read";

  /** The name in {@link Judged#seen} under which there is what a detector saw. */
  String SEEN = "drawing";

  /** What {@code samples.jsonl} keeps of a case. */
  static SampleScores sample(
      Judged judged, SortedMap<String, SortedMap<String, SampleScores.Share>> numbers) {
    var wanted = new ArrayList<Wanted>();
    for (var region : judged.sample().wanted().regions()) {
      wanted.add(new Wanted(region.phrase(), region.box()));
    }
    List<@Nullable Box> found = judged.boxes().getOrDefault(READ, List.of());
    var seen = new ArrayList<Seen>();
    for (Detection thing : judged.seen().getOrDefault(SEEN, List.of())) {
      seen.add(new Seen(thing.category(), thing.score(), thing.box()));
    }
    return new SampleScores(
        judged.id(),
        judged.sample().split(),
        judged.sample().image(),
        numbers,
        wanted,
        found.size() == wanted.size() ? found : Collections.emptyList(),
        seen,
        judged.drawing(),
        judged.original());
  }
}
