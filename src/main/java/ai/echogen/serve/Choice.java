package ai.echogen.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The models that a request may choose among: {@code a}, and {@code b} where there is another to
 * compare with.
 */
record Choice(List<Artist> artists) {
  private static final String BOTH = "both";
  private static final String FIRST = "a";

  /** A model and the word that chooses it. */
  record Named(String key, Artist artist) {}

  Choice {
    artists = List.copyOf(artists);
    if (artists.isEmpty() || artists.size() > 2) {
      throw new IllegalStateException("a studio has one model or two, got " + artists.size());
    }
  }

  /** All of them. */
  List<Named> all() {
    var all = new ArrayList<Named>();
    for (int i = 0; i < artists.size(); i++) {
      all.add(new Named(Character.toString('a' + i), artists.get(i)));
    }
    return all;
  }

  /** Those that a word chooses, the first without one; nothing if it is none. */
  Optional<List<Named>> of(Optional<String> word) {
    var wanted = word.orElse(FIRST);
    if (wanted.equals(BOTH) && artists.size() == 2) {
      return Optional.of(all());
    }
    var chosen = all().stream().filter(named -> named.key().equals(wanted)).toList();
    return chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
  }

  /** What {@link #of} takes, for a message. */
  String words() {
    return artists.size() == 1
        ? "a: there is one model (compare=DIR adds another)"
        : String.format(Locale.ROOT, "a (%s), b (%s) or both", name(0), name(1));
  }

  private String name(int place) {
    return artists.get(place).about().name();
  }
}
