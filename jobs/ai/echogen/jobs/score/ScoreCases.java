package ai.echogen.jobs.score;

import ai.echogen.data.RowRange;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.lines.LineIndex;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.scoring.benchmarks.Case;
import ai.echogen.scoring.benchmarks.CaseSource;
import ai.echogen.scoring.benchmarks.CocoTruths;
import ai.echogen.scoring.benchmarks.GivenCases;
import ai.echogen.scoring.benchmarks.LayoutCases;
import ai.echogen.scoring.benchmarks.ShardCases;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cases that a run of {@code score} works on: of shards, layouts or JSON of COCO's form. */
final class ScoreCases {
  private static final int LAYOUT_SIDE = 512; // pixels of the square that layouts are measured in

  private final ScoreSettings settings;
  private final @Nullable Manifest manifest;
  private final @Nullable LineIndex lines;
  private final @Nullable CocoTruths truths;
  private final Map<String, Case> all = new TreeMap<>();

  private ScoreCases(
      ScoreSettings settings,
      @Nullable Manifest manifest,
      @Nullable LineIndex lines,
      @Nullable CocoTruths truths) {
    this.settings = settings;
    this.manifest = manifest;
    this.lines = lines;
    this.truths = truths;
  }

  /**
   * Looks through the input.
   *
   * @throws IllegalArgumentException if it is missing, damaged or of another kind
   */
  static ScoreCases of(ScoreSettings settings) throws IOException {
    if (settings.layouts().isPresent()) {
      return new ScoreCases(settings, null, LayoutLines.index(settings.layouts().get()), null);
    }
    if (settings.instances().isPresent()) {
      var truths =
          CocoTruths.read(
              settings.instances().get(), settings.captions(), settings.splits().get(0));
      return new ScoreCases(settings, null, null, truths);
    }
    var data = settings.data().orElseThrow();
    var manifest = ShardStore.manifest(data);
    for (var split : settings.splits()) {
      if (!manifest.rows().containsKey(split)) {
        throw new IllegalArgumentException(
            "%s has no split %s; it has %s".formatted(data, split, manifest.rows().keySet()));
      }
    }
    return new ScoreCases(settings, manifest, null, null);
  }

  /** How many cases a split has that are looked at. */
  long size(String split) {
    long all =
        lines != null
            ? lines.size()
            : truths != null ? truths.cases().size() : manifest().rows().getOrDefault(split, 0L);
    return Math.min(settings.count(), all);
  }

  /**
   * A split's cases, in parts that depend on the input alone.
   *
   * @param needsImages whether their true pictures are looked at
   */
  List<CaseSource> parts(String split, boolean needsImages) {
    var parts = new ArrayList<CaseSource>();
    for (var range : RowRange.tasks(size(split), settings.batch())) {
      if (lines != null) {
        parts.add(new LayoutCases(lines.slice(range), split, LAYOUT_SIDE));
      } else if (truths != null) {
        var some = truths.cases().subList((int) range.from(), (int) range.to());
        parts.add(new GivenCases(some, needsImages ? originals() : null, names(some)));
      } else {
        parts.add(new ShardCases(rows(split, needsImages).slice(range.from(), range.to()), split));
      }
    }
    return parts;
  }

  /** The folder of true pictures; null where {@code images} has the pictures to score. */
  private @Nullable Location originals() {
    return settings.system() == ScoreSettings.SystemKind.FILES
        ? null
        : settings.images().orElse(null);
  }

  private Map<String, String> names(List<Case> some) {
    var all = truths == null ? Map.<String, String>of() : truths.fileNames();
    var names = new TreeMap<String, String>();
    for (var sample : some) {
      var name = all.get(sample.id());
      if (name != null) {
        names.put(sample.id(), name);
      }
    }
    return names;
  }

  /** The cases of all splits by id, without their pictures; read once. */
  Map<String, Case> all() throws IOException {
    if (all.isEmpty()) {
      for (var split : settings.splits()) {
        for (var part : parts(split, false)) {
          part.read().forEach(this::put);
        }
      }
    }
    return Collections.unmodifiableMap(all);
  }

  private void put(Case sample) {
    var before = all.put(sample.id(), sample);
    if (before != null && !before.split().equals(sample.split())) {
      throw new IllegalArgumentException(
          "the sample %s is in the splits %s and %s; score them one by one"
              .formatted(sample.id(), before.split(), sample.split()));
    }
  }

  /** What is read of JSON of COCO's form. */
  Optional<CocoTruths> truths() {
    return Optional.ofNullable(truths);
  }

  /** Differs if the input does. */
  Map<String, String> fingerprints() throws IOException {
    var found = new TreeMap<String, String>();
    if (manifest != null) {
      for (var split : settings.splits()) {
        found.put("data_fingerprint." + split, manifest.fingerprint(split));
      }
    }
    for (var file : List.of(settings.layouts(), settings.instances(), settings.captions())) {
      if (file.isPresent()) {
        found.put("data_fingerprint." + file.get().name(), file.get().sha256());
      }
    }
    return found;
  }

  /** The place that was given. */
  Location place() {
    return settings.data().or(settings::layouts).or(settings::instances).orElseThrow();
  }

  private ShardSplit rows(String split, boolean needsImages) {
    var columns = needsImages ? ShardCases.WITH_IMAGES : ShardCases.COLUMNS;
    return ShardStore.split(settings.data().orElseThrow(), split, columns.toArray(String[]::new))
        .head(settings.count());
  }

  private Manifest manifest() {
    if (manifest == null) {
      throw new IllegalStateException("no shards");
    }
    return manifest;
  }
}
