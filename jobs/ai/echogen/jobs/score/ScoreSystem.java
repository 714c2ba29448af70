package ai.echogen.jobs.score;

import ai.echogen.jobs.model.ModelFingerprint;
import ai.echogen.scoring.benchmarks.BoxSource;
import ai.echogen.scoring.benchmarks.PictureNames;
import ai.echogen.scoring.benchmarks.PictureSource;
import ai.echogen.scoring.benchmarks.Predictions;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose pictures or boxes a run of {@code score} looks at.
 *
 * @param pictures null where boxes are looked at
 * @param boxes null where pictures are looked at
 * @param about what the result's row says of it
 * @param found fingerprints
 * @param extra files or answers of no sample
 */
record ScoreSystem(
    @Nullable PictureSource pictures,
    @Nullable BoxSource boxes,
    Map<String, String> about,
    Map<String, String> found,
    List<String> extra) {
  private static final int NAMED = 5; // in messages

  /**
   * Looks through files, but not at pictures.
   *
   * @throws IllegalArgumentException if there is none for a sample and that is refused
   */
  static ScoreSystem of(ScoreSettings settings, ScoreCases cases) throws IOException {
    return switch (settings.system()) {
      case MODEL -> ofModel(settings);
      case REAL -> real(settings);
      case FILES ->
          settings.benchmark().reads() ? predicted(settings, cases) : drawn(settings, cases);
    };
  }

  private static ScoreSystem ofModel(ScoreSettings settings) throws IOException {
    var model = settings.model().orElseThrow();
    var found = new TreeMap<>(originals(settings));
    found.put("model_fingerprint", ModelFingerprint.of(model));
    if (settings.benchmark().reads()) {
      return new ScoreSystem(
          null,
          new BoxSource.OfModel(model, settings.mode()),
          Map.of("system", "model"),
          found,
          List.of());
    }
    var drawn = "%s, seed %s".formatted(settings.sampling(), settings.seed());
    return new ScoreSystem(
        new PictureSource.OfModel(model, settings.mode(), settings.seed(), settings.sampling()),
        null,
        Map.of("system", "model", "system.drawn", drawn),
        found,
        List.of());
  }

  private static ScoreSystem real(ScoreSettings settings) throws IOException {
    var about = Map.of("system", "real");
    return new ScoreSystem(new PictureSource.Real(), null, about, originals(settings), List.of());
  }

  /** What the folder of the true pictures is, where they lie in one. */
  private static Map<String, String> originals(ScoreSettings settings) throws IOException {
    if (settings.instances().isEmpty() || settings.images().isEmpty()) {
      return Map.of();
    }
    settings.images().get().requireDirectory("images");
    return print(settings.images().get());
  }

  private static ScoreSystem drawn(ScoreSettings settings, ScoreCases cases) throws IOException {
    if (settings.images().isEmpty()) { // detections are given, nobody looks at pictures
      var file = Map.of("predictions_fingerprint", settings.predictions().orElseThrow().sha256());
      return new ScoreSystem(
          new PictureSource.None(), null, Map.of("system", "files"), file, List.of());
    }
    var folder = settings.images().get();
    var ids = cases.all().keySet();
    var listed = PictureNames.list(folder);
    var names = PictureNames.of(ids, listed);
    requireAll(settings, folder, ids.stream().filter(id -> !names.containsKey(id)).toList());
    var used = new HashSet<>(names.values());
    var extra = listed.values().stream().filter(name -> !used.contains(name)).toList();
    return new ScoreSystem(
        new PictureSource.Files(folder, names), null, about(settings), print(folder), extra);
  }

  private static ScoreSystem predicted(ScoreSettings settings, ScoreCases cases)
      throws IOException {
    var file = settings.predictions().orElseThrow();
    var all = cases.all();
    var boxes = Predictions.boxes(file, all);
    requireAll(settings, file, all.keySet().stream().filter(id -> !boxes.containsKey(id)).toList());
    return new ScoreSystem(
        null,
        new BoxSource.Known(boxes),
        about(settings),
        Map.of("predictions_fingerprint", file.sha256()),
        Predictions.extra(file, all));
  }

  private static Map<String, String> about(ScoreSettings settings) {
    var missing = settings.missing().name().toLowerCase(Locale.ROOT);
    return Map.of("system", "files", "missing", missing);
  }

  private static void requireAll(ScoreSettings settings, Location place, List<String> missing) {
    if (!missing.isEmpty() && settings.missing() == ScoreSettings.Missing.REFUSED) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: has nothing for %,d of the samples, such as %s; missing=counted counts them as"
                  + " empty",
              place,
              missing.size(),
              String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))));
    }
  }

  /** Differs after a file of a folder was changed: names, sizes and times. */
  private static Map<String, String> print(Location folder) throws IOException {
    var files = new ArrayList<String>();
    for (var entry : folder.list()) {
      files.add(
          "%s %s %s"
              .formatted(entry.getPath().getName(), entry.getLen(), entry.getModificationTime()));
    }
    return new TreeMap<>(Map.of("images_fingerprint", ScoreOutput.digest(files.toString())));
  }
}
