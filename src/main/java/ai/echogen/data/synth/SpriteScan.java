package ai.echogen.data.synth;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Which files can be used: executors read every one of them once.
 *
 * @param catalog what can
 * @param dropped what cannot, by reason
 */
public record SpriteScan(SpriteCatalog catalog, List<Dropped> dropped) {
  private static final int FILES_PER_TASK = 8; // of many megabytes, some of them

  public SpriteScan {
    dropped = List.copyOf(dropped);
  }

  private record File(String path, boolean sprite) implements Serializable {}

  private record Verdict(File file, String phrase, @Nullable String reason, String detail)
      implements Serializable {}

  /**
   * Reads all files.
   *
   * @param size side of the scenes to make, pixels
   * @param maxClasses keep so many phrases
   * @param progress counts files as tasks end
   * @throws IllegalArgumentException with all reasons if too few can be used
   */
  public static SpriteScan of(
      SparkSession spark,
      SpriteFolders folders,
      int size,
      int maxClasses,
      LongAccumulator progress) {
    List<File> files = new ArrayList<>();
    folders.backgrounds().forEach(path -> files.add(new File(path, false))); // the slowest first
    folders.sprites().forEach(path -> files.add(new File(path, true)));
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    var verdicts =
        context
            .parallelize(files, Math.max(1, files.size() / FILES_PER_TASK))
            .map(
                file -> {
                  var verdict = judge(file, new PictureFiles(size));
                  progress.add(1);
                  return verdict;
                })
            .collect();
    return of(verdicts, folders.dropped(), maxClasses);
  }

  private static SpriteScan of(List<Verdict> verdicts, DropTally byName, int maxClasses) {
    var tally = new DropTally();
    tally.add(byName);
    Map<String, String> phrases = new TreeMap<>();
    List<String> backgrounds = new ArrayList<>();
    for (var verdict : verdicts) {
      var path = verdict.file().path();
      if (verdict.reason() != null) {
        var detail = verdict.detail().isEmpty() ? "" : " (" + verdict.detail() + ")";
        tally.add(verdict.reason(), new Path(path).toUri().getPath() + detail);
      } else if (verdict.file().sprite()) {
        phrases.put(path, verdict.phrase());
      } else {
        backgrounds.add(path);
      }
    }
    try {
      var catalog = SpriteCatalog.of(phrases, backgrounds, maxClasses);
      var kept = catalog.classes().stream().map(SpriteCatalog.SpriteClass::phrase).toList();
      phrases.values().stream()
          .distinct()
          .filter(phrase -> !kept.contains(phrase))
          .forEach(phrase -> tally.add("class left out by maxSprites", phrase));
      return new SpriteScan(catalog, tally.dropped());
    } catch (IllegalArgumentException e) {
      var why = tally.dropped().stream().map(d -> "\n  " + d).toList();
      throw new IllegalArgumentException(e.getMessage() + String.join("", why), e);
    }
  }

  private static Verdict judge(File file, PictureFiles files) {
    try {
      if (!file.sprite()) {
        files.background(file.path());
        return new Verdict(file, "", null, "");
      }
      var text = files.text(SpriteFolders.description(file.path()));
      var phrase = Description.phrase(text);
      if (phrase.isBlank()) {
        throw new PictureFiles.Unusable("sprite with a description that names nothing", "");
      }
      if (Description.numWords(phrase) > Description.MAX_WORDS) {
        throw new PictureFiles.Unusable(
            String.format(
                Locale.ROOT,
                "sprite with a description of more than %d words",
                Description.MAX_WORDS),
            phrase);
      }
      files.sprite(file.path());
      return new Verdict(file, phrase, null, "");
    } catch (PictureFiles.Unusable e) {
      return new Verdict(file, "", e.reason(), e.detail());
    }
  }
}
