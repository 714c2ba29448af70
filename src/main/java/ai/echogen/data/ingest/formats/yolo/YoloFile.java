package ai.echogen.data.ingest.formats.yolo;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.Decimal;
import ai.echogen.data.ingest.formats.common.NumberedLines;
import ai.echogen.data.shards.Finding;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One label file of YOLO, an object a line, in shares of the picture's width and height: {@code
 * class cx cy w h}, with or without a confidence behind it, or {@code class x1 y1 x2 y2 x3 y3 …},
 * whose box is the one around the points.
 */
final class YoloFile {
  private static final int MOST_LETTERS = 1_000_000; // of a line, some ten thousand points
  private static final int BOX = 5; // numbers, with the class
  private static final int BOX_AND_CONFIDENCE = 6;

  /** What two labels share that are one, as Ultralytics has it. */
  private record Label(String category, double x, double y, double width, double height) {}

  private final String name;
  private final Map<Integer, String> classes;
  private final SourceImage image;
  private final Map<Label, Integer> lines = new HashMap<>(); // where a label is first

  /**
   * @param name of the file, for findings
   * @param classes names by number
   * @param image takes what the file says
   */
  YoloFile(String name, Map<Integer, String> classes, SourceImage image) {
    this.name = name;
    this.classes = classes;
    this.image = image;
  }

  void read(NumberedLines file) {
    while (file.next()) {
      if (file.length() > MOST_LETTERS) {
        drop("label line is too long", file.number());
        continue;
      }
      try {
        readLine(file.text().strip(), file.number());
      } catch (CharacterCodingException e) {
        drop("label line is not numbers", file.number());
      }
    }
  }

  private void readLine(String text, int line) {
    if (text.isEmpty()) {
      return;
    }
    var words = text.split("\\s+");
    var numbers = Arrays.stream(words).mapToDouble(Decimal::of).toArray();
    if (Arrays.stream(numbers).anyMatch(Double::isNaN)) {
      drop("label line is not numbers", line);
    } else if (numbers.length < BOX) {
      drop("label line of fewer than five numbers", line);
    } else if (numbers.length > BOX_AND_CONFIDENCE && numbers.length % 2 == 0) {
      drop("polygon of an odd count of numbers", line);
    } else {
      var category = category(numbers[0]);
      if (category.isEmpty()) {
        drop("class without a name", where(line) + ": class " + words[0]);
      } else {
        add(
            numbers.length > BOX_AND_CONFIDENCE
                ? around(category, numbers)
                : box(category, numbers),
            line);
      }
    }
  }

  /** The name of a class; nothing if it has none. */
  private String category(double id) {
    boolean isIndex = id == Math.rint(id) && id >= 0 && id <= Integer.MAX_VALUE;
    return isIndex ? classes.getOrDefault((int) id, "") : "";
  }

  private static Label box(String category, double[] numbers) {
    double width = numbers[3];
    double height = numbers[4];
    return new Label(category, numbers[1] - width / 2, numbers[2] - height / 2, width, height);
  }

  private static Label around(String category, double[] numbers) {
    double x0 = numbers[1];
    double y0 = numbers[2];
    double x1 = x0;
    double y1 = y0;
    for (int i = 3; i < numbers.length; i += 2) {
      x0 = Math.min(x0, numbers[i]);
      y0 = Math.min(y0, numbers[i + 1]);
      x1 = Math.max(x1, numbers[i]);
      y1 = Math.max(y1, numbers[i + 1]);
    }
    return new Label(category, x0, y0, x1 - x0, y1 - y0);
  }

  private void add(Label label, int line) {
    var first = lines.putIfAbsent(label, line);
    if (first != null) {
      drop("duplicate label", String.format(Locale.ROOT, "%s as line %d", where(line), first));
      return;
    }
    image.add(
        new SourceBox(
            Integer.toString(line),
            label.category(),
            label.x(),
            label.y(),
            label.width(),
            label.height(),
            false));
  }

  private void drop(String reason, int line) {
    drop(reason, where(line));
  }

  private void drop(String reason, String where) {
    image.add(Finding.dropped(reason, where));
  }

  private String where(int line) {
    return String.format(Locale.ROOT, "%s, line %d", name, line);
  }
}
