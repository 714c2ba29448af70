package ai.echogen.observe.scores;

import ai.echogen.observe.ScoreSummary;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.List;

/**
 * What {@code score} left of one system.
 *
 * @param name that reports call it by
 * @param place the directory
 * @param samples by rising id; none where only the summary was asked for
 */
public record ScoredRun(
    String name, Location place, ScoreSummary summary, List<SampleScores> samples) {
  public ScoredRun {
    samples = List.copyOf(samples);
  }

  /**
   * Reads {@code scores.json} and {@code samples.jsonl}.
   *
   * @throws IllegalArgumentException if one is missing or damaged, naming file and line
   */
  public static ScoredRun read(Location place, String name) throws IOException {
    var samples = SampleScoresFile.read(place.child(SampleScoresFile.NAME));
    return new ScoredRun(name, place, summary(place), samples);
  }

  /** Reads {@code scores.json} alone. */
  public static ScoredRun readSummary(Location place, String name) throws IOException {
    return new ScoredRun(name, place, summary(place), List.of());
  }

  private static ScoreSummary summary(Location place) throws IOException {
    return place.onDisk(
        List.of(ScoreSummary.FILE), copy -> ScoreSummary.read(copy.resolve(ScoreSummary.FILE)));
  }
}
