package ai.echogen.config;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** The defaults of every job, one section a job, with a comment above each key. */
public final class Reference {
  private static final String NAME = "reference.conf";

  private final Config sections;

  private Reference(Config sections) {
    this.sections = sections;
  }

  /** The {@code reference.conf} in our jar. */
  public static Reference builtIn() {
    try (var in = Reference.class.getResourceAsStream("/" + NAME)) {
      if (in == null) {
        throw new IllegalStateException(NAME + " is not on the class path");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Other defaults, as HOCON. */
  public static Reference of(String text) {
    return new Reference(Settings.parse(text, NAME).resolve());
  }

  /** The keys of a section, in their order in the file. */
  public List<Key> keys(String section) {
    return Settings.leaves(section(section).root()).entrySet().stream()
        .sorted(Comparator.comparingInt(leaf -> leaf.getValue().origin().lineNumber()))
        .map(
            leaf ->
                new Key(
                    leaf.getKey(),
                    Settings.text(leaf.getValue()),
                    leaf.getValue().origin().comments().stream().map(String::strip).toList()))
        .toList();
  }

  Config section(String name) {
    if (!sections.hasPath(name)) {
      throw new IllegalStateException(NAME + " has no section " + name);
    }
    return sections.getConfig(name);
  }
}
