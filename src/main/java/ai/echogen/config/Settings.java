package ai.echogen.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one job: its section of {@code reference.conf}, under the files given, in
 * their order, under {@code key=value} from the command line.
 *
 * <p>Keys in files and on the command line are relative to the section. A value on the command line
 * is taken as it stands unless it begins with <code>[</code>, <code>{</code> or <code>"</code>,
 * which makes it HOCON: {@code s3a://bucket/x} needs no quotes.
 */
public final class Settings {
  /** The origin of values that no file gave. */
  static final String COMMAND_LINE = "command line";

  private static final int MOST_LEVELS = 100;

  /** What is not taken as it stands: lists, objects, quoted strings, numbers and literals. */
  private static final Pattern HOCON =
      Pattern.compile(
          "[\\[{\"].*|true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?", Pattern.DOTALL);

  private final ConfigObject defaults;
  private final ConfigObject root;

  private Settings(ConfigObject defaults, ConfigObject root) {
    this.defaults = defaults;
    this.root = root;
  }

  /** Throws {@link SettingsException} if a file or an override cannot be read. */
  public static Settings load(String section, List<Path> files, List<String> overrides) {
    return load(Reference.builtIn(), section, files, overrides);
  }

  /** Loads over other defaults than those in our jar. */
  public static Settings load(
      Reference reference, String section, List<Path> files, List<String> overrides) {
    var defaults = reference.section(section);
    var problems = new ArrayList<String>();
    var merged = ConfigFactory.empty();
    for (var file : files) {
      merged = orEmpty(problems, file.toString(), () -> ConfFile.parse(file)).withFallback(merged);
    }
    for (var override : overrides) {
      merged = orEmpty(problems, COMMAND_LINE, () -> parseOverride(override)).withFallback(merged);
    }
    var all = merged.withFallback(defaults);
    var resolved = orEmpty(problems, "settings", all::resolve);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new Settings(defaults.root(), resolved.root());
  }

  /** Binds every key to {@code type}; throws {@link SettingsException} with all that is wrong. */
  public <T extends Record> T bind(Class<T> type) {
    return bind("", type);
  }

  /** Binds the keys below {@code path} to {@code type}. */
  public <T extends Record> T bind(String path, Class<T> type) {
    return new RecordBinder(defaults).bind(path, type, root);
  }

  /** Every key with its value and where that came from, by name. */
  public List<Setting> resolved() {
    return leaves(root).entrySet().stream()
        .map(
            leaf ->
                new Setting(leaf.getKey(), text(leaf.getValue()), where(leaf.getValue().origin())))
        .toList();
  }

  /** JSON with sorted keys, the same for the same values however they were written. */
  public String toJson() {
    try {
      return new ObjectMapper().writeValueAsString(canonical(root.unwrapped()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("configuration is not representable as JSON", e);
    }
  }

  static String where(ConfigOrigin origin) {
    var description = origin.description();
    return description.startsWith(COMMAND_LINE) ? COMMAND_LINE : description;
  }

  /** As HOCON writes it, strings without quotes, numbers as they were written. */
  static String text(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER -> value.atKey("value").getString("value");
      default -> value.render(ConfigRenderOptions.concise());
    };
  }

  static String join(String path, String name) {
    var quoted = ConfigUtil.joinPath(name);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }

  static Config parse(String text, String origin) {
    return ConfigFactory.parseReader(
        new StringReader(text), ConfigParseOptions.defaults().setOriginDescription(origin));
  }

  private static Config parseOverride(String override) {
    var equals = override.indexOf('=');
    if (equals < 1) {
      throw new SettingsException(
          List.of(COMMAND_LINE + ": expected key=value, got '" + override + "'"));
    }
    var path = override.substring(0, equals).strip();
    var text = override.substring(equals + 1).strip();
    try {
      var value =
          HOCON.matcher(text).matches()
              ? onlyValue(override, text)
              : ConfigValueFactory.fromAnyRef(text, COMMAND_LINE);
      var names = ConfigUtil.splitPath(path);
      ConfigValue nested = value;
      for (int i = names.size() - 1; i > 0; i--) { // atPath would give groups another origin
        nested = ConfigValueFactory.fromMap(Map.of(names.get(i), nested), COMMAND_LINE);
      }
      return nested.atKey(names.get(0));
    } catch (ConfigException e) {
      throw new SettingsException(
          List.of(COMMAND_LINE + ": '" + override + "' cannot be read: " + e.getMessage()));
    }
  }

  private static ConfigValue onlyValue(String override, String text) {
    var root = ConfFile.parse("value = " + text, COMMAND_LINE, new ConfFile.Nothing()).root();
    var value = root.get("value");
    if (value == null || root.size() != 1) {
      throw new SettingsException(
          List.of(
              COMMAND_LINE
                  + ": '"
                  + override
                  + "' is more than one key with its value; give each as a word of its own"));
    }
    return value;
  }

  private static Config orEmpty(List<String> problems, String where, Supplier<Config> parse) {
    try {
      var config = parse.get();
      if (depth(config.root()) <= MOST_LEVELS) {
        return config;
      }
      problems.add(where + ": is nested deeper than " + MOST_LEVELS + " levels");
    } catch (StackOverflowError e) { // the parser calls itself for each level
      problems.add(where + ": is nested deeper than " + MOST_LEVELS + " levels");
    } catch (SettingsException e) {
      problems.addAll(e.problems());
    } catch (ConfigException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return ConfigFactory.empty();
  }

  private static int depth(ConfigValue value) {
    Collection<ConfigValue> within =
        value instanceof ConfigObject object
            ? object.values()
            : value instanceof ConfigList list ? list : List.of();
    return 1 + within.stream().mapToInt(Settings::depth).max().orElse(0);
  }

  static Map<String, ConfigValue> leaves(ConfigObject object) {
    var found = new TreeMap<String, ConfigValue>();
    addLeaves("", object, found);
    return found;
  }

  private static void addLeaves(String path, ConfigObject object, Map<String, ConfigValue> found) {
    object.forEach(
        (name, value) -> {
          var key = join(path, name);
          if (value instanceof ConfigObject child && !child.isEmpty()) {
            addLeaves(key, child, found);
          } else {
            found.put(key, value);
          }
        });
  }

  /** Sorted keys, and whole numbers without a fraction: 1e3, 1000.0 and 1000 are one value. */
  private static @Nullable Object canonical(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      var sorted = new TreeMap<String, @Nullable Object>();
      map.forEach((key, child) -> sorted.put((String) key, canonical(child)));
      return sorted;
    }
    if (value instanceof List<?> list) {
      var children = new ArrayList<@Nullable Object>();
      list.forEach(child -> children.add(canonical(child)));
      return children;
    }
    return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
        ? (Object) number.longValue()
        : value;
  }
}
