package ai.echogen.scoring.judges;

import ai.echogen.data.synth.Look;
import ai.echogen.data.synth.Shape;
import ai.echogen.data.synth.ShapeColor;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.layout.Box;
import ai.echogen.scoring.metrics.Detection;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the objects of shape scenes without any model of ours: colour unmixing against the
 * background, connected components, outlines compared with templates.
 *
 * <p>It chooses among the classes of one family, as any detector does: a red blob is a brick or a
 * hoop, whichever outline it overlaps more. The score is that overlap (IoU of the component with
 * the template stretched over its box).
 */
public final class ShapeDetector implements Detector {
  private static final double MIN_AREA = 14; // pixels, on 64 × 64
  private static final double MIN_SIDE = 5; // pixels, on 64 × 64
  private static final double MIN_SCORE = 0.3;

  private final ShapeFamily family;
  private final Map<ShapeColor, Map<Shape, String>> categories = new EnumMap<>(ShapeColor.class);

  public ShapeDetector(ShapeFamily family) {
    this.family = family;
    for (var entry : family.classes().entrySet()) {
      Look look = entry.getValue();
      categories
          .computeIfAbsent(look.color(), c -> new LinkedHashMap<>())
          .put(look.shape(), entry.getKey());
    }
  }

  @Override
  public List<Detection> detect(BufferedImage image) {
    var unit = Math.min(image.getWidth(), image.getHeight()) / 64.0;
    var found = new ArrayList<Detection>();
    for (var component : Component.of(ColorMap.of(image))) {
      if (component.area() >= MIN_AREA * unit * unit
          && Math.min(component.width(), component.height()) >= MIN_SIDE * unit) {
        var detection = classify(component, image.getWidth(), image.getHeight());
        if (detection.score() >= MIN_SCORE) {
          found.add(detection);
        }
      }
    }
    found.sort(Comparator.comparingDouble(Detection::score).reversed());
    return found;
  }

  @Override
  public Vocabulary vocabulary() {
    return Vocabulary.of(family.classes().keySet());
  }

  @Override
  public SortedMap<String, String> describe() {
    var settings = new TreeMap<String, String>();
    settings.put("classes", String.join(", ", family.classes().keySet()));
    settings.put("judge", "shapes");
    settings.put("least_area", MIN_AREA + " pixels of 64 × 64");
    settings.put("least_side", MIN_SIDE + " pixels of 64 × 64");
    settings.put("threshold", Double.toString(MIN_SCORE));
    return Collections.unmodifiableSortedMap(settings);
  }

  private Detection classify(Component component, int imageWidth, int imageHeight) {
    var best = "";
    var bestScore = -1.0;
    var classes = categories.getOrDefault(ShapeColor.values()[component.color()], Map.of());
    for (var entry : classes.entrySet()) {
      var score = overlap(component, entry.getKey());
      if (score > bestScore) {
        bestScore = score;
        best = entry.getValue();
      }
    }
    var box =
        new Box(
            (float) component.x() / imageWidth,
            (float) component.y() / imageHeight,
            (float) (component.x() + component.width()) / imageWidth,
            (float) (component.y() + component.height()) / imageHeight);
    return new Detection(best, box, bestScore);
  }

  /** IoU of the component with a shape that fills the component's box. */
  private static double overlap(Component component, Shape shape) {
    var both = 0;
    var either = 0;
    for (var i = 0; i < component.mask().length; i++) {
      var u = (i % component.width() + 0.5) / component.width() * 2 - 1;
      var v = (i / component.width() + 0.5) / component.height() * 2 - 1;
      var covered = shape.covers(u, v);
      both += covered && component.mask()[i] ? 1 : 0;
      either += covered || component.mask()[i] ? 1 : 0;
    }
    return both / (double) either;
  }
}
