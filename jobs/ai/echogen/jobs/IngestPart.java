package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.formats.Format;
import ai.echogen.data.ingest.formats.Sources;
import ai.echogen.storage.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files of a data set that are read together, and what the user says of the splits of their images.
 *
 * @param sources the files
 * @param split that all images are of, if it is one
 * @param lists by split, of the names of its images; empty if there are none
 * @param hasSplits whether splits have files of their own, or lists
 */
record IngestPart(
    Sources sources, Optional<String> split, Map<String, Location> lists, boolean hasSplits) {
  /**
   * What to read: all files at once, or those of each split; splits that share all files and have
   * lists are one part.
   *
   * @param shared files, of which a split may have others
   * @param splits what each has of its own; none if no split has
   * @param split of all, if splits have nothing of their own
   */
  static List<IngestPart> of(
      Sources shared, Map<String, IngestJob.SplitFiles> splits, Optional<String> split) {
    if (splits.isEmpty()) {
      return List.of(new IngestPart(shared, split, Map.of(), false));
    }
    var parts = new ArrayList<IngestPart>();
    byFiles(shared, splits)
        .forEach(
            (sources, group) -> {
              var lists = new LinkedHashMap<String, Location>();
              group.forEach((name, files) -> files.list().ifPresent(l -> lists.put(name, l)));
              var one = group.keySet().stream().findFirst().filter(name -> lists.isEmpty());
              parts.add(new IngestPart(sources, one, lists, true));
            });
    return parts;
  }

  /** Splits by the files that they are read from. */
  private static Map<Sources, Map<String, IngestJob.SplitFiles>> byFiles(
      Sources shared, Map<String, IngestJob.SplitFiles> splits) {
    var groups = new LinkedHashMap<Sources, Map<String, IngestJob.SplitFiles>>();
    splits.forEach(
        (name, files) ->
            groups
                .computeIfAbsent(files.sources().over(shared), sources -> new LinkedHashMap<>())
                .put(name, files));
    return groups;
  }

  /** Adds what is missing of the keys, and what has no use. */
  static void require(
      Format format,
      Sources shared,
      Map<String, IngestJob.SplitFiles> splits,
      Optional<String> split,
      Check check) {
    format.requireNoOther(shared, "", check);
    if (splits.isEmpty()) {
      format.requireNeeded(shared, "", check);
      return;
    }
    check.that("split", split.isEmpty(), "is not for splits that have files or lists of their own");
    splits.forEach(
        (name, files) -> {
          format.requireNoOther(files.sources(), name + ".", check);
          format.requireNeeded(files.sources().over(shared), name + ".", check);
        });
    for (var key : shared.given()) {
      boolean isUsed =
          splits.values().stream().anyMatch(files -> !files.sources().given().contains(key));
      check.that(
          key,
          isUsed,
          "has no use where %s has its own; that of another split is given as train.%s or so"
              .formatted(String.join(" and ", splits.keySet()), key));
    }
    for (var group : byFiles(shared, splits).values()) {
      var names = String.join(" and ", group.keySet());
      group.forEach(
          (name, files) ->
              check.that(
                  name + ".list",
                  group.size() == 1 || files.list().isPresent(),
                  "must be given where %s are read from the same files".formatted(names)));
    }
  }

  /** Fails unless the folder of the images is there. */
  void requireImages() {
    var key = split.filter(name -> hasSplits).map(name -> name + ".images").orElse("images");
    sources.images().ifPresent(images -> images.requireDirectory(key));
  }

  /** What to call it before what is in it: the split, if it is that of one. */
  String title() {
    return split.filter(name -> hasSplits).map(name -> name + ": ").orElse("");
  }
}
