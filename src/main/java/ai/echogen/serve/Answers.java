package ai.echogen.serve;

import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the interface answers, as JSON; docs/studio.md describes each field. */
final class Answers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Answers() {}

  static ObjectNode object() {
    return JSON.objectNode();
  }

  /** A model's drawings of a layout. */
  static ObjectNode drawn(
      Choice.Named model, Layout layout, List<Artist.Drawing> drawings, double seconds) {
    var node = result(model, seconds);
    words(node.putArray("lacking"), model, layout);
    var list = node.putArray("drawings");
    int best = 0;
    double most = -1;
    for (int i = 0; i < drawings.size(); i++) {
      var agreement = agreement(layout, drawings.get(i).boxes());
      drawing(list.addObject(), layout, drawings.get(i), agreement);
      if (agreement.orElse(0.0) > most) {
        most = agreement.orElse(0.0);
        best = i;
      }
    }
    return node.put("best", best);
  }

  private static void drawing(
      ObjectNode node, Layout layout, Artist.Drawing drawing, Optional<Double> agreement) {
    node.put("png", Base64.getEncoder().encodeToString(drawing.png()));
    agreement.ifPresentOrElse(mean -> node.put("meanIou", mean), () -> node.putNull("meanIou"));
    var regions = node.putArray("regions");
    for (int i = 0; i < layout.regions().size(); i++) {
      var given = layout.regions().get(i);
      var read = drawing.boxes().get(i);
      var region = regions.addObject().put("phrase", given.phrase());
      box(region, "box", Optional.of(given.box()));
      box(region, "read", read);
      region.put("iou", iou(given, read));
    }
  }

  /** Mean IoU over the regions, if there are some; a box that could not be read has 0. */
  private static Optional<Double> agreement(Layout layout, List<Optional<Box>> read) {
    int count = layout.regions().size();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += iou(layout.regions().get(i), read.get(i));
    }
    return count == 0 ? Optional.empty() : Optional.of(sum / count);
  }

  private static double iou(Region given, Optional<Box> read) {
    return read.map(given.box()::iou).orElse(0.0);
  }

  /** The boxes that a model found in an image. */
  static ObjectNode found(
      Choice.Named model,
      ShownImage image,
      Layout layout,
      List<Optional<Box>> boxes,
      double seconds) {
    var node = result(model, seconds).put("width", image.width()).put("height", image.height());
    words(node.putArray("lacking"), model, layout);
    var regions = node.putArray("regions");
    for (int i = 0; i < boxes.size(); i++) {
      var region = regions.addObject().put("phrase", layout.regions().get(i).phrase());
      box(region, "box", boxes.get(i));
    }
    return node;
  }

  private static ObjectNode result(Choice.Named model, double seconds) {
    return object()
        .put("model", model.key())
        .put("name", model.artist().about().name())
        .put("seconds", seconds);
  }

  /** The words of a layout that a model's tokenizer lacks. */
  private static void words(ArrayNode node, Choice.Named model, Layout layout) {
    Stream.concat(Stream.of(layout.caption()), layout.regions().stream().map(Region::phrase))
        .flatMap(text -> model.artist().words().lacking(text).stream())
        .distinct()
        .forEach(node::add);
  }

  /** A layout as a line of JSON lines has it. */
  static ObjectNode layout(String id, Layout layout) {
    var node = object().put("id", id).put("caption", layout.caption());
    var regions = node.putArray("regions");
    for (var region : layout.regions()) {
      box(regions.addObject().put("phrase", region.phrase()), "box", Optional.of(region.box()));
    }
    return node;
  }

  private static void box(ObjectNode node, String field, Optional<Box> box) {
    box.ifPresentOrElse(
        b -> node.putArray(field).add(b.x0()).add(b.y0()).add(b.x1()).add(b.y1()),
        () -> node.putNull(field));
  }
}
