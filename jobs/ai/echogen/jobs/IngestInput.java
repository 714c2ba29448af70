package ai.echogen.jobs;

import ai.echogen.data.Sample;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.FileTree;
import ai.echogen.data.ingest.SourceRows;
import ai.echogen.data.ingest.SplitLists;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** All that a run of {@code ingest} reads, looked through once. */
final class IngestInput {
  /** A part, and what was found in its files. */
  private record Looked(IngestPart part, Annotations annotations, @Nullable SplitLists lists) {
    String summary() {
      var found = part.title() + annotations.summary();
      return lists == null ? found : found + "; " + lists.summary();
    }
  }

  private final IngestJob.Settings settings;
  private final List<Looked> parts;
  private final Optional<Manifest> base;
  private final String fingerprint;

  private IngestInput(
      IngestJob.Settings settings,
      List<Looked> parts,
      Optional<Manifest> base,
      String fingerprint) {
    this.settings = settings;
    this.parts = parts;
    this.base = base;
    this.fingerprint = fingerprint;
  }

  /**
   * Looks through the annotations, the lists and the manifest of the base.
   *
   * @throws IllegalArgumentException if one is missing, does not parse or is of another kind
   */
  static IngestInput look(IngestJob.Settings settings) throws IOException {
    var base = settings.base().map(IngestInput::samples);
    var parts = new ArrayList<Looked>();
    for (var part : settings.parts()) {
      part.requireImages();
      var lists =
          part.lists().isEmpty()
              ? null
              : SplitLists.read(part.lists(), part.sources().images().orElse(null));
      parts.add(new Looked(part, settings.format().look(part.sources()), lists));
    }
    return new IngestInput(settings, parts, base, fingerprint(settings.parts(), base));
  }

  private static Manifest samples(Location base) {
    var manifest = ShardStore.manifest(base);
    var columns = List.of(manifest.schema().fieldNames());
    if (!columns.equals(List.of(Sample.SCHEMA.fieldNames()))) {
      throw new IllegalArgumentException(
          "%s: base must be sample shards, its rows have %s"
              .formatted(base, String.join(", ", columns)));
    }
    return manifest;
  }

  private static String fingerprint(List<IngestPart> parts, Optional<Manifest> base)
      throws IOException {
    var prints = new StringBuilder();
    for (var part : parts) {
      prints.append(part.sources().fingerprint());
      for (var list : part.lists().values()) {
        prints.append(FileTree.fingerprint(List.of(list.status())));
      }
    }
    base.ifPresent(m -> m.rows().keySet().forEach(split -> prints.append(m.fingerprint(split))));
    return prints.toString();
  }

  /** Whether it is what these settings name. */
  boolean isOf(IngestJob.Settings others) {
    return settings.equals(others);
  }

  /** Differs if any of it is changed, but for the images. */
  String fingerprint() {
    return fingerprint;
  }

  /** What there is, a line a part. */
  List<String> summary() {
    return parts.stream().map(Looked::summary).toList();
  }

  /** How many images the annotations have, or {@link Progress#UNKNOWN}. */
  long numImages() {
    var numbers = parts.stream().map(looked -> looked.annotations().numImages()).toList();
    return numbers.stream().allMatch(OptionalLong::isPresent)
        ? numbers.stream().mapToLong(OptionalLong::getAsLong).sum()
        : Progress.UNKNOWN;
  }

  /** What was left out when the base was made, and so is missing from the whole. */
  List<Dropped> dropped() {
    return base.map(Manifest::dropped).orElse(List.of());
  }

  /**
   * The rows of all, in partitions that depend on the files alone.
   *
   * @param work a folder that lasts until they are read
   * @param progress counts images as tasks end
   */
  Dataset<Row> rows(SparkSession spark, Location work, LongAccumulator progress)
      throws IOException {
    var tables = new ArrayList<Dataset<Row>>();
    var unusedNames = new ArrayList<Finding>();
    for (var looked : parts) {
      var part = looked.part();
      var folder = work.child("part-" + tables.size());
      var reader =
          new SourceRows(
              spark,
              settings.format().read(part.sources(), looked.annotations(), folder),
              part.sources().images().orElse(null),
              settings.rules(part),
              looked.lists());
      unusedNames.addAll(reader.unusedNames());
      tables.add(reader.rows(progress));
    }
    for (var manifest : base.stream().toList()) {
      var samples = ShardStore.all(settings.base().orElseThrow(), manifest);
      tables.add(SourceRows.ofSamples(spark, samples));
    }
    if (!unusedNames.isEmpty()) {
      tables.add(SourceRows.ofFindings(spark, unusedNames));
    }
    return tables.stream().reduce(Dataset::union).orElseThrow();
  }
}
