package ai.echogen.data.ingest.formats.yolo;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names in Ultralytics' data.yaml: the top key {@code names} with a list or a mapping of texts,
 * in brackets or a name a line. Nothing else of YAML is read: whatever else stands there is refused
 * with its line, and other keys are passed over but for {@code nc}, which must be the number of
 * names.
 */
final class YoloYaml {
  private static final Pattern KEY =
      Pattern.compile(
          "^(names|nc|kpt_shape) *:(?=[ \\t\\n]|\\z)", Pattern.MULTILINE | Pattern.UNIX_LINES);

  private static final Pattern CLASS = Pattern.compile("\\d{1,9}");

  private final YamlText yaml;
  private final YoloNames names;

  YoloYaml(YamlText yaml, YoloNames names) {
    this.yaml = yaml;
    this.names = names;
  }

  /**
   * @throws IllegalArgumentException with the line if there are no names, or they are written in
   *     another way
   */
  void read() {
    var keys = keys();
    if (keys.containsKey("kpt_shape")) {
      yaml.moveTo(keys.get("kpt_shape"));
      throw yaml.problem(
          "labels of key points; keep the first five numbers of each line and take kpt_shape out");
    }
    if (!keys.containsKey("names")) {
      throw yaml.problem("no key names; give the data.yaml with the names of the classes");
    }
    yaml.moveTo(keys.get("names"));
    readNames();
    if (keys.containsKey("nc")) {
      yaml.moveTo(keys.get("nc"));
      yaml.skipSpaces();
      var number = yaml.plain(false);
      if (!number.equals(Integer.toString(names.size()))) {
        throw yaml.problem(
            String.format(
                Locale.ROOT, "nc is %s for %d names; correct one of them", number, names.size()));
      }
    }
  }

  /** Where the values begin. */
  private Map<String, Integer> keys() {
    var keys = new HashMap<String, Integer>();
    var matcher = KEY.matcher(yaml.all());
    while (matcher.find()) {
      yaml.moveTo(matcher.end());
      if (keys.putIfAbsent(matcher.group(1), matcher.end()) != null) {
        throw yaml.problem("%s is there twice; keep one".formatted(matcher.group(1)));
      }
    }
    yaml.moveTo(0);
    return keys;
  }

  private void readNames() {
    int key = yaml.line();
    yaml.skipBlanks();
    if (yaml.peek() == '[') {
      readFlow(']');
    } else if (yaml.peek() == '{') {
      readFlow('}');
    } else if (yaml.line() == key && !yaml.isAtEnd()) {
      throw yaml.problem("names must be a list or a mapping");
    } else {
      readBlock();
    }
    if (names.size() == 0) {
      throw yaml.problem("names is empty; write the names of the classes");
    }
  }

  /** In brackets, on one line or several. */
  private void readFlow(char close) {
    yaml.move();
    for (int index = 0; ; index++) {
      yaml.skipBlanks();
      if (yaml.peek() == close) {
        yaml.move();
        yaml.requireEndOfLine();
        return;
      }
      if (yaml.isAtEnd()) {
        throw yaml.problem("%s is missing at the end of names".formatted(close));
      }
      int line = yaml.line();
      var entry = yaml.scalar(true);
      if (close == '}') {
        yaml.skipBlanks();
        yaml.expect(':');
        yaml.skipBlanks();
        names.add(number(entry), yaml.scalar(true), line);
      } else {
        names.add(index, entry, line);
      }
      yaml.skipBlanks();
      if (yaml.peek() != close) {
        yaml.expect(',');
      }
    }
  }

  /** A name a line, behind {@code -} or {@code 0:}. */
  private void readBlock() {
    int indent = yaml.column();
    boolean isList = yaml.isDash();
    for (int index = 0; yaml.column() == indent && (isList ? yaml.isDash() : indent > 0); index++) {
      int line = yaml.line();
      int id = index;
      if (isList) {
        yaml.move();
      } else {
        id = number(yaml.scalar(false));
        yaml.expect(':');
      }
      yaml.skipSpaces();
      names.add(id, yaml.scalar(false), line);
      yaml.requireEndOfLine();
      yaml.skipBlanks();
    }
    if (yaml.column() > 0 || yaml.isDash()) {
      throw yaml.problem("must be written as the names before it");
    }
  }

  private int number(String key) {
    if (!CLASS.matcher(key).matches()) {
      throw yaml.problem("must be a class's number and its name, such as 0: person");
    }
    return Integer.parseInt(key);
  }
}
