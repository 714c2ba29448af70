package ai.echogen.data.synth;

import ai.echogen.data.ingest.HashSplit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * What scenes of cut-outs are made of.
 *
 * @param classes by phrase, sorted
 * @param trainBackgrounds photographs behind training scenes
 * @param testBackgrounds photographs behind held-out scenes
 */
public record SpriteCatalog(
    List<SpriteClass> classes, List<String> trainBackgrounds, List<String> testBackgrounds)
    implements Serializable {
  /** Share of the photographs that are held out. */
  static final double HELD_OUT_SHARE = 0.25;

  /** All cut-outs of one phrase. */
  public record SpriteClass(String phrase, List<String> paths) implements Serializable {
    public SpriteClass {
      paths = List.copyOf(paths);
    }
  }

  public SpriteCatalog {
    classes = List.copyOf(classes);
    trainBackgrounds = List.copyOf(trainBackgrounds);
    testBackgrounds = List.copyOf(testBackgrounds);
    if (classes.size() < SpriteScenes.MAX_OBJECTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "scenes need sprites of at least %d different descriptions, got %d",
              SpriteScenes.MAX_OBJECTS,
              classes.size()));
    }
    if (trainBackgrounds.isEmpty() || testBackgrounds.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              ("backgrounds are held out by the hash of their names, and of %d none is left for %s;"
                  + " add more backgrounds"),
              trainBackgrounds.size() + testBackgrounds.size(),
              trainBackgrounds.isEmpty() ? "train" : "test"));
    }
  }

  /**
   * @param phrases of the cut-outs, by path
   * @param maxClasses keep so many, chosen by the hash of the phrase
   */
  static SpriteCatalog of(Map<String, String> phrases, List<String> backgrounds, int maxClasses) {
    Map<String, List<String>> paths = new TreeMap<>();
    new TreeMap<>(phrases)
        .forEach((path, phrase) -> paths.computeIfAbsent(phrase, p -> new ArrayList<>()).add(path));
    var classes =
        paths.entrySet().stream()
            .map(e -> new SpriteClass(e.getKey(), e.getValue()))
            .sorted(Comparator.comparingDouble(c -> HashSplit.uniform(c.phrase())))
            .limit(maxClasses)
            .sorted(Comparator.comparing(SpriteClass::phrase))
            .toList();
    return new SpriteCatalog(
        classes,
        backgrounds.stream().filter(path -> !isHeldOut(path)).toList(),
        backgrounds.stream().filter(SpriteCatalog::isHeldOut).toList());
  }

  /** By its name without a size, so that two sizes of one photograph stay together. */
  static boolean isHeldOut(String background) {
    var name = new Path(background).getName().replaceFirst("\\.\\w+$", "");
    var plain = name.replaceFirst("[-_ ]?\\d{3,5}x\\d{3,5}", "");
    return HashSplit.of(plain, HELD_OUT_SHARE).equals("test");
  }

  /** How many there are, in one line. */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d sprites of %d classes; %d backgrounds to train on, %d held out",
        classes.stream().mapToInt(c -> c.paths().size()).sum(),
        classes.size(),
        trainBackgrounds.size(),
        testBackgrounds.size());
  }

  List<String> backgrounds(SceneSplit split) {
    return split.heldOut() ? testBackgrounds : trainBackgrounds;
  }
}
