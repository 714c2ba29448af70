package ai.echogen.observe.scores;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.layout.Box;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sample as a line of {@code samples.jsonl}, one JSON object:
 *
 * <pre>{@code
 * {"id": "a1", "split": "test", "image": "a1",
 *  "numbers": {"mean_iou": [1.5, 2], "class_acc": {"dog": [1, 1], "ball": [0, 1]}},
 *  "wanted": [{"phrase": "a dog", "box": [0.1, 0.2, 0.6, 0.9]}, …],
 *  "found": [[0.12, 0.2, 0.6, 0.88], null],
 *  "seen": [{"name": "dog", "score": 0.93, "box": [0.1, 0.2, 0.6, 0.9]}],
 *  "drawing": "drawings/a1.png", "original": "originals/a1.png"}
 * }</pre>
 *
 * <p>{@code numbers} holds [sum, weight] of a metric, or of each of its groups. Boxes are [x0, y0,
 * x1, y1] of the picture's width and height. {@code found} is as long as {@code wanted}, or empty.
 * The two paths may be missing; nothing else may, and there is no other key.
 */
public final class SampleLine {
  static final String WAY_OUT = "score again to write it anew";
  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleLine() {}

  /** One sample as its line, without the line's end. */
  public static String of(SampleScores sample) {
    var object = JSON.createObjectNode();
    object.put("id", sample.id()).put("split", sample.split()).put("image", sample.image());
    var numbers = object.putObject("numbers");
    sample
        .numbers()
        .forEach(
            (metric, groups) -> {
              var alone = groups.get(SampleScores.NO_GROUP);
              if (alone != null) {
                put(numbers.putArray(metric), alone);
              } else {
                var named = numbers.putObject(metric);
                groups.forEach((group, share) -> put(named.putArray(group), share));
              }
            });
    var wanted = object.putArray("wanted");
    for (var region : sample.wanted()) {
      var item = wanted.addObject().put("phrase", region.phrase());
      put(item.putArray("box"), region.box());
    }
    var found = object.putArray("found");
    for (var box : sample.found()) {
      if (box == null) {
        found.addNull();
      } else {
        put(found.addArray(), box);
      }
    }
    var seen = object.putArray("seen");
    for (var thing : sample.seen()) {
      var item = seen.addObject().put("name", thing.name()).put("score", thing.score());
      put(item.putArray("box"), thing.box());
    }
    if (sample.drawing() != null) {
      object.put("drawing", sample.drawing());
    }
    if (sample.original() != null) {
      object.put("original", sample.original());
    }
    return object.toString();
  }

  private static void put(ArrayNode array, Share share) {
    array.add(share.sum()).add(share.weight());
  }

  private static void put(ArrayNode array, Box box) {
    array.add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1());
  }

  /**
   * The sample of a line.
   *
   * @param place file and line, for messages
   * @throws IllegalArgumentException naming the place and everything that is wrong
   */
  public static SampleScores parse(String line, String place) {
    var object = JsonRecord.of(JsonText.parse(line.getBytes(UTF_8), place), place);
    var id = object.text("id");
    var split = object.text("split");
    var image = object.text("image");
    var numbers = numbers(object);
    var wanted = new ArrayList<Wanted>();
    for (var item : object.list("wanted", false)) {
      var phrase = item.any("phrase");
      if (!phrase.isTextual()) {
        item.problem("phrase", "must be a text, got " + JsonText.shown(phrase));
      }
      var box = box(item, "box", item.any("box"));
      item.nothingElse();
      if (box != null) {
        wanted.add(new Wanted(phrase.asText(), box));
      }
    }
    var found = found(object);
    var seen = new ArrayList<Seen>();
    for (var item : object.list("seen", false)) {
      var name = item.text("name");
      double score = item.number("score");
      var box = box(item, "box", item.any("box"));
      item.nothingElse();
      if (box != null) {
        seen.add(new Seen(name, score, box));
      }
    }
    var drawing = object.textIfAny("drawing").orElse(null);
    var original = object.textIfAny("original").orElse(null);
    object.nothingElse().orThrow(WAY_OUT);
    try {
      return new SampleScores(id, split, image, numbers, wanted, found, seen, drawing, original);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }

  private static SortedMap<String, SortedMap<String, Share>> numbers(JsonRecord object) {
    var numbers = new TreeMap<String, SortedMap<String, Share>>();
    var all = object.any("numbers");
    if (!all.isObject()) {
      object.problem("numbers", "must be an object, got " + JsonText.shown(all));
    }
    for (var entry : all.properties()) {
      var groups = new TreeMap<String, Share>();
      var at = "numbers." + entry.getKey();
      if (entry.getValue().isObject()) {
        for (var group : entry.getValue().properties()) {
          if (group.getKey().isEmpty()) {
            object.problem(at, "must have no group without a name");
          }
          var share = share(object, at + "." + group.getKey(), group.getValue());
          groups.put(group.getKey(), share);
        }
        if (groups.isEmpty()) {
          object.problem(at, "must have a group");
        }
      } else {
        groups.put(SampleScores.NO_GROUP, share(object, at, entry.getValue()));
      }
      numbers.put(entry.getKey(), groups);
    }
    return numbers;
  }

  private static Share share(JsonRecord object, String at, JsonNode value) {
    if (value.isArray()
        && value.size() == 2
        && value.get(0).isNumber()
        && value.get(1).isNumber()) {
      try {
        return new Share(value.get(0).doubleValue(), value.get(1).doubleValue());
      } catch (IllegalArgumentException e) {
        object.problem(at, String.valueOf(e.getMessage()));
        return new Share(0, 0);
      }
    }
    object.problem(at, "must be [sum, weight], got " + JsonText.shown(value));
    return new Share(0, 0);
  }

  private static List<@Nullable Box> found(JsonRecord object) {
    var found = new ArrayList<@Nullable Box>();
    var all = object.any("found");
    if (!all.isArray()) {
      object.problem("found", "must be a list, got " + JsonText.shown(all));
    }
    for (int i = 0; i < all.size() && all.isArray(); i++) {
      var at = String.format(Locale.ROOT, "found[%d]", i);
      found.add(all.get(i).isNull() ? null : box(object, at, all.get(i)));
    }
    return found;
  }

  private static @Nullable Box box(JsonRecord object, String at, JsonNode value) {
    boolean isBox = value.isArray() && value.size() == 4;
    for (int i = 0; i < 4 && isBox; i++) {
      isBox = value.get(i).isNumber();
    }
    if (!isBox) {
      object.problem(at, "must be [x0, y0, x1, y1], got " + JsonText.shown(value));
      return null;
    }
    try {
      return new Box(
          value.get(0).floatValue(),
          value.get(1).floatValue(),
          value.get(2).floatValue(),
          value.get(3).floatValue());
    } catch (IllegalArgumentException e) {
      object.problem(at, "is no box: " + e.getMessage());
      return null;
    }
  }
}
