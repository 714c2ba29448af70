package ai.echogen.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of every job, one section a job, with a comment above each key.
 *
 * <p>Groups that several sections share stand at the top, as {@code train { … }}, and a section
 * takes one over with {@code train = ${train}}. A key that it then gives another value keeps its
 * place, and its comment unless it has one of its own.
 */
public final class Reference {
  private static final String NAME = "reference.conf";

  private final Config written;
  private final Config sections;

  private Reference(Config written) {
    this.written = written;
    this.sections = written.resolve();
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
    return new Reference(Settings.parse(text, NAME));
  }

  /** The keys of a section, in their order in the file. */
  public List<Key> keys(String section) {
    var shared = Settings.leaves(sections.root());
    return Settings.leaves(section(section).root()).entrySet().stream()
        .sorted(
            Comparator.comparingInt((Entry<String, ConfigValue> leaf) -> place(section, leaf))
                .thenComparing(leaf -> line(shared.getOrDefault(leaf.getKey(), leaf.getValue()))))
        .map(
            leaf ->
                new Key(
                    leaf.getKey(),
                    Settings.text(leaf.getValue()),
                    comment(leaf.getValue(), shared.get(leaf.getKey()))))
        .toList();
  }

  /** The line at which the section names the key, or the group that the key is in. */
  private int place(String section, Entry<String, ConfigValue> leaf) {
    var name = ConfigUtil.splitPath(leaf.getKey()).get(0);
    return line(written.root().get(section) instanceof ConfigObject o ? o.get(name) : null);
  }

  private static int line(@Nullable ConfigValue value) {
    return value == null ? 0 : value.origin().lineNumber();
  }

  private static List<String> comment(ConfigValue value, @Nullable ConfigValue shared) {
    var own = value.origin().comments();
    return (own.isEmpty() && shared != null ? shared.origin().comments() : own)
        .stream().map(String::strip).toList();
  }

  Config section(String name) {
    if (!sections.hasPath(name)) {
      throw new IllegalStateException(NAME + " has no section " + name);
    }
    return sections.getConfig(name);
  }
}
