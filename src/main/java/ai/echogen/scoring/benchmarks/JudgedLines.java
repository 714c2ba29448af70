package ai.echogen.scoring.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.shards.Finding;
import ai.echogen.json.JsonText;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.PixelBox;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link Judged} as a line of JSON. Numbers come back to the last bit: scores that are made of what
 * was read are those that would have been made of what was written.
 */
final class JudgedLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JudgedLines() {}

  /** A line, without its end. */
  static String line(Judged judged) {
    var object = JSON.createObjectNode();
    put(object.putObject("sample"), judged.sample());
    var boxes = object.putObject("boxes");
    judged.boxes().forEach((name, list) -> putBoxes(boxes.putArray(name), list));
    var seen = object.putObject("seen");
    judged.seen().forEach((name, list) -> putSeen(seen.putArray(name), list));
    var vectors = object.putObject("vectors");
    judged
        .vectors()
        .forEach(
            (name, numbers) -> {
              var array = vectors.putArray(name);
              for (double number : numbers) {
                array.add(number);
              }
            });
    if (judged.misled() != null) {
      put(object.putObject("misled"), judged.misled());
    }
    object.put("drawing", judged.drawing()).put("original", judged.original());
    var findings = object.putArray("findings");
    for (var finding : judged.findings()) {
      findings
          .addObject()
          .put("reason", finding.reason())
          .put("what", finding.what())
          .put("kept", finding.kept());
    }
    return object.toString();
  }

  private static void put(ObjectNode object, Case sample) {
    object.put("id", sample.id()).put("split", sample.split()).put("image", sample.image());
    object.put("width", sample.width()).put("height", sample.height());
    object.put("caption", sample.caption());
    var targets = object.putArray("targets");
    for (var target : sample.targets()) {
      var box = target.box();
      var node = targets.addObject().put("phrase", target.phrase());
      node.put("category", target.category()).put("detail", target.detail());
      node.put("kind", target.kind().name()).put("area", target.area());
      node.putArray("box").add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1());
    }
  }

  private static void put(ObjectNode object, Layout layout) {
    object.put("caption", layout.caption());
    var regions = object.putArray("regions");
    for (var region : layout.regions()) {
      var node = regions.addObject().put("phrase", region.phrase());
      put(node.put("category", region.category()).putArray("box"), region.box());
    }
  }

  private static void putBoxes(ArrayNode array, List<@Nullable Box> boxes) {
    for (var box : boxes) {
      if (box == null) {
        array.addNull();
      } else {
        put(array.addArray(), box);
      }
    }
  }

  private static void putSeen(ArrayNode array, List<Detection> seen) {
    for (var thing : seen) {
      var node = array.addObject().put("category", thing.category()).put("score", thing.score());
      put(node.putArray("box"), thing.box());
    }
  }

  private static void put(ArrayNode array, Box box) {
    array.add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1());
  }

  /**
   * What a line holds.
   *
   * @throws IllegalArgumentException if it is not one of {@link #line}'s
   */
  static Judged parse(String line, String place) {
    var object = JsonText.parse(line.getBytes(UTF_8), place);
    try {
      return judged(object);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(place + ": is damaged: " + e.getMessage(), e);
    }
  }

  private static Judged judged(JsonNode object) {
    var boxes = new TreeMap<String, List<@Nullable Box>>();
    for (var entry : object.required("boxes").properties()) {
      boxes.put(entry.getKey(), boxes(entry.getValue()));
    }
    var seen = new TreeMap<String, List<Detection>>();
    for (var entry : object.required("seen").properties()) {
      seen.put(entry.getKey(), seen(entry.getValue()));
    }
    var vectors = new TreeMap<String, double[]>();
    for (var entry : object.required("vectors").properties()) {
      var numbers = new double[entry.getValue().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = entry.getValue().required(i).doubleValue();
      }
      vectors.put(entry.getKey(), numbers);
    }
    var findings = new ArrayList<Finding>();
    for (var finding : object.required("findings")) {
      findings.add(
          new Finding(
              text(finding, "reason"),
              text(finding, "what"),
              finding.required("kept").booleanValue()));
    }
    return new Judged(
        sample(object.required("sample")),
        boxes,
        seen,
        vectors,
        object.has("misled") ? layout(object.required("misled")) : null,
        object.required("drawing").textValue(),
        object.required("original").textValue(),
        findings);
  }

  private static Case sample(JsonNode node) {
    var targets = new ArrayList<Target>();
    for (var target : node.required("targets")) {
      var box = target.required("box");
      targets.add(
          new Target(
              text(target, "phrase"),
              text(target, "category"),
              new PixelBox(
                  box.required(0).doubleValue(),
                  box.required(1).doubleValue(),
                  box.required(2).doubleValue(),
                  box.required(3).doubleValue()),
              target.required("area").doubleValue(),
              Target.Kind.valueOf(text(target, "kind")),
              text(target, "detail")));
    }
    return new Case(
        text(node, "id"),
        text(node, "split"),
        text(node, "image"),
        node.required("width").intValue(),
        node.required("height").intValue(),
        text(node, "caption"),
        targets,
        null);
  }

  private static Layout layout(JsonNode node) {
    var regions = new ArrayList<Region>();
    for (var region : node.required("regions")) {
      regions.add(
          new Region(
              text(region, "phrase"), text(region, "category"), box(region.required("box"))));
    }
    return new Layout(text(node, "caption"), regions);
  }

  private static List<@Nullable Box> boxes(JsonNode array) {
    var boxes = new ArrayList<@Nullable Box>();
    array.forEach(node -> boxes.add(node.isNull() ? null : box(node)));
    return Collections.unmodifiableList(boxes);
  }

  private static List<Detection> seen(JsonNode array) {
    var seen = new ArrayList<Detection>();
    for (var node : array) {
      seen.add(
          new Detection(
              text(node, "category"),
              box(node.required("box")),
              node.required("score").doubleValue()));
    }
    return seen;
  }

  private static Box box(JsonNode node) {
    return new Box(
        node.required(0).floatValue(),
        node.required(1).floatValue(),
        node.required(2).floatValue(),
        node.required(3).floatValue());
  }

  private static String text(JsonNode node, String field) {
    var value = node.required(field).textValue();
    if (value == null) {
      throw new IllegalArgumentException(field + " must be a text");
    }
    return value;
  }
}
