package ai.echogen.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes records from HOCON objects: a key for each component, and nothing else.
 *
 * <p>A value that cannot be bound is reported and its default takes its place, so that the checks
 * of the record still run and one look shows every problem.
 */
final class RecordBinder {
  private static final int MOST_DIGITS = 400; // of a number: any double, written out
  private static final int MOST_SHOWN = 120; // letters of a value, in a message

  private final @Nullable ConfigObject defaults;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> replaced = new HashSet<>();
  private List<String> allKeys = List.of();

  RecordBinder(@Nullable ConfigObject defaults) {
    this.defaults = defaults;
  }

  /** Binds the object at {@code path} of {@code root}; throws {@link SettingsException}. */
  <T extends Record> T bind(String path, Class<T> type, ConfigObject root) {
    allKeys = keys(path, type).toList();
    var value = bindOrDefault(path, type, find(root, path));
    if (value == null || !problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return type.cast(value);
  }

  private @Nullable Object bindOrDefault(String path, Type type, @Nullable ConfigValue value) {
    var bound = bindValue(path, type, value);
    if (bound == null && defaults != null) {
      replaced.add(path);
      bound = new RecordBinder(null).bindValue(path, type, find(defaults, path));
    }
    return bound;
  }

  private @Nullable Object bindValue(String path, Type type, @Nullable ConfigValue value) {
    var present = value != null && value.valueType() != ConfigValueType.NULL ? value : null;
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return present == null
          ? Optional.empty()
          : wrap(bindValue(path, generic.getActualTypeArguments()[0], present));
    }
    if (present == null) {
      return problem(null, "%s is missing: give %s=VALUE or set it in a --config file", path, path);
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return bindList(path, generic.getActualTypeArguments()[0], present);
    }
    if (type == Counts.class) {
      return bindCounts(path, present);
    }
    if (!(type instanceof Class<?> scalar)) {
      throw new IllegalStateException(path + " has a type that no key can have: " + type);
    }
    return scalar.isRecord()
        ? bindRecord(path, scalar, present)
        : bindScalar(path, scalar, present);
  }

  private @Nullable Object bindCounts(String path, ConfigValue value) {
    var isList = value instanceof ConfigList;
    var bound =
        isList ? bindList(path, Integer.class, value) : bindScalar(path, Integer.class, value);
    return bound == null ? null : Counts.of(bound instanceof List<?> list ? list : List.of(bound));
  }

  private static @Nullable Object wrap(@Nullable Object value) {
    return value == null ? null : Optional.of(value);
  }

  private @Nullable Object bindRecord(String path, Class<?> type, ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return mustBe(path, "a group of keys in { }", value);
    }
    var components = type.getRecordComponents();
    var names = Arrays.stream(components).map(RecordComponent::getName).toList();
    object.keySet().stream()
        .filter(key -> !names.contains(key))
        .sorted()
        .forEach(key -> unknown(path, key, names, object.get(key)));
    var arguments = new ArrayList<@Nullable Object>();
    for (var component : components) {
      var name = component.getName();
      var key = Settings.join(path, name);
      arguments.add(bindOrDefault(key, component.getGenericType(), object.get(name)));
    }
    return arguments.contains(null) ? null : construct(path, type, arguments, object);
  }

  private @Nullable Object construct(
      String path, Class<?> type, List<@Nullable Object> arguments, ConfigObject object) {
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Check.Failed failed) {
        failed.failures().forEach(failure -> failed(path, failure, object));
      } else if (e.getCause() instanceof IllegalArgumentException cause) {
        problem(object, "%s", (path.isEmpty() ? "" : path + ": ") + cause.getMessage());
      } else {
        throw new IllegalStateException(type + " cannot be made", e.getCause());
      }
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /** Leaves out what was said of a default that stands in for a value already reported. */
  private void failed(String path, Check.Failure failure, ConfigObject object) {
    var key = path.isEmpty() ? failure.key() : path + "." + failure.key();
    if (replaced.stream().noneMatch(other -> key.equals(other) || key.startsWith(other + "."))) {
      var value = find(object, failure.key());
      problem(value == null ? object : value, "%s %s", key, failure.problem());
    }
  }

  private @Nullable Object bindList(String path, Type element, ConfigValue value) {
    if (!(value instanceof ConfigList list)) {
      return mustBe(path, "a list in [ ]", value);
    }
    var elements = new ArrayList<Object>();
    for (var i = 0; i < list.size(); i++) {
      var bound = bindValue(path + "[" + i + "]", element, list.get(i));
      if (bound != null) {
        elements.add(bound);
      }
    }
    return elements.size() == list.size() ? List.copyOf(elements) : null;
  }

  private @Nullable Object bindScalar(String path, Class<?> type, ConfigValue value) {
    if (value instanceof ConfigObject || value instanceof ConfigList) {
      return mustBe(path, describe(type), value);
    }
    var text = Settings.text(value);
    var factory = factory(type);
    if (factory != null) {
      return made(path, factory, text, value);
    }
    Object bound;
    try {
      bound = parse(type, text);
    } catch (NumberFormatException | ArithmeticException e) {
      bound = null;
    }
    return bound == null ? mustBe(path, describe(type), value) : bound;
  }

  /** The static {@code of(String)} by which a type outside of this package is made. */
  private static @Nullable Method factory(Class<?> type) {
    if (type.isEnum() || type.getName().startsWith("java.")) {
      return null;
    }
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals("of") && method.getReturnType() == type)
        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
        .findFirst()
        .orElse(null);
  }

  private @Nullable Object made(String path, Method factory, String text, ConfigValue value) {
    try {
      return factory.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        return problem(value, "%s %s", path, String.valueOf(cause.getMessage()));
      }
      throw new IllegalStateException(factory + " failed", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(factory + " must be public", e);
    }
  }

  private static @Nullable Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> kebab(constant).equals(text))
          .findFirst()
          .orElse(null);
    }
    if (type == boolean.class || type == Boolean.class) {
      return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
    }
    if (type == int.class || type == Integer.class) {
      return number(text).intValueExact();
    }
    if (type == long.class || type == Long.class) {
      return number(text).longValueExact();
    }
    if (type == float.class || type == Float.class) {
      var number = number(text).floatValue();
      return Float.isInfinite(number) ? null : (Object) number;
    }
    if (type == double.class || type == Double.class) {
      var number = number(text).doubleValue();
      return Double.isInfinite(number) ? null : (Object) number;
    }
    throw new IllegalStateException("no key can have the type " + type);
  }

  private static BigDecimal number(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new NumberFormatException("more than " + MOST_DIGITS + " digits");
    }
    return new BigDecimal(text);
  }

  private static String describe(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(RecordBinder::kebab)
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> "true or false";
      case "int", "Integer" -> "a whole number of at most 32 bits";
      case "long", "Long" -> "a whole number of at most 64 bits";
      case "double", "Double", "float", "Float" -> "a number";
      default -> "text";
    };
  }

  private static String kebab(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void unknown(
      String path, String key, List<String> siblings, @Nullable ConfigValue value) {
    var name = Settings.join(path, key);
    var near =
        Spelling.nearest(key, siblings)
            .map(sibling -> Settings.join(path, sibling))
            .or(() -> elsewhere(key));
    problem(
        value,
        "%s is not a key%s",
        name,
        near.map(meant -> "; did you mean " + meant + "?")
            .orElse("; the keys here are " + String.join(", ", siblings)));
  }

  /** The key, or the group of keys, that has this name in another group. */
  private Optional<String> elsewhere(String key) {
    return allKeys.stream()
        .map(other -> "." + other + ".")
        .filter(other -> other.contains("." + key + "."))
        .map(other -> other.substring(1, other.indexOf("." + key + ".") + 1 + key.length()))
        .findFirst();
  }

  private @Nullable Object mustBe(String path, String what, ConfigValue value) {
    var quote = value.valueType() == ConfigValueType.STRING ? "\"" : "";
    var text = Settings.text(value);
    var shown = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    var got = quote + shown + quote;
    return problem(value, "%s must be %s, got %s", path, what, got);
  }

  /** Returns null, the sign that a value could not be bound. */
  private @Nullable Object problem(@Nullable ConfigValue value, String format, Object... args) {
    var origin = value == null ? Settings.COMMAND_LINE : Settings.where(value.origin());
    problems.add(origin + ": " + format.formatted(args));
    return null;
  }

  private static @Nullable ConfigValue find(ConfigObject root, String path) {
    ConfigValue found = root;
    for (var name : path.isEmpty() ? List.<String>of() : ConfigUtil.splitPath(path)) {
      found = found instanceof ConfigObject object ? object.get(name) : null;
    }
    return found;
  }

  /** Every dotted key that {@code type} has below {@code path}. */
  private static Stream<String> keys(String path, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              var key = Settings.join(path, component.getName());
              return component.getType().isRecord()
                  ? keys(key, component.getType())
                  : Stream.of(key);
            });
  }
}
