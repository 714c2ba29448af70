package ai.echogen.scoring.judges;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a detector knows, and what else they may be called.
 *
 * @param classes all that it may give; null if it does not say
 * @param synonyms words for regions, and the class that each means, even if it is a class itself
 * @param foreign words for regions that mean no class, even if one is called so
 */
public record Vocabulary(
    @Nullable Set<String> classes, Map<String, String> synonyms, Set<String> foreign)
    implements Serializable {
  /** Of a detector that does not say what it knows: every name may be a class of it. */
  public static final Vocabulary UNKNOWN = new Vocabulary(null, Map.of(), Set.of());

  private static final String NO_CLASS = " (no class)";

  public Vocabulary {
    classes = classes == null ? null : Set.copyOf(classes);
    synonyms = Map.copyOf(synonyms);
    foreign = Set.copyOf(foreign);
  }

  /** These classes, by their own names alone. */
  public static Vocabulary of(Set<String> classes) {
    return new Vocabulary(classes, Map.of(), Set.of());
  }

  /** Whether something is said about a word beyond the names of the classes. */
  public boolean translates(String word) {
    return synonyms.containsKey(word) || foreign.contains(word);
  }

  /**
   * The class that a region is of: what is said of its phrase, else of its name, else the name.
   *
   * @param name what a detector is asked for, such as the region's category
   * @return nothing if the detector is known to have no such class
   */
  public Optional<String> classOf(String phrase, String name) {
    var word = translates(phrase) ? phrase : name;
    if (foreign.contains(word)) {
      return Optional.empty();
    }
    var meant = synonyms.getOrDefault(word, word);
    return classes == null || classes.contains(meant) ? Optional.of(meant) : Optional.empty();
  }

  /** The same; where there is no class, a text that is none. */
  public String label(String phrase, String name) {
    return classOf(phrase, name)
        .orElseGet(() -> translates(phrase) || translates(name) ? unlike(name + NO_CLASS) : name);
  }

  /** A text that no class is called. */
  private String unlike(String text) {
    var unlike = text;
    while (classes != null && classes.contains(unlike)) {
      unlike += NO_CLASS;
    }
    return unlike;
  }
}
