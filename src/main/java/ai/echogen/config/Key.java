package ai.echogen.config;

import java.util.List;

/**
 * What {@code reference.conf} says about one key.
 *
 * @param name dotted path, relative to the job's section
 * @param value the default as HOCON would write it; {@code null} if the key has none
 * @param comment the lines above the key
 */
public record Key(String name, String value, List<String> comment) {
  public Key {
    comment = List.copyOf(comment);
  }
}
