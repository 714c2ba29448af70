package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemplateLayoutsTest {
  private static final PhraseList PHRASES =
      new PhraseList(IntStream.range(0, 40).mapToObj(i -> "thing" + i).toList(), 0);

  /** Reads the captions as a person would, and looks at the boxes with geometry of its own. */
  @Test
  void captionsAreTrueForManySeeds() {
    var seen = new HashMap<String, Integer>();
    for (long seed = 0; seed < 20; seed++) {
      var source = new TemplateLayouts(seed, PHRASES, TemplateLayouts.possible(1, 10), 1, 10);
      for (long index = 0; index < 300; index++) {
        var layout = source.layout(index).layout().orElseThrow();
        var kind = requireTrue(layout);
        seen.merge(kind, 1, Integer::sum);
      }
    }
    assertThat(seen).hasSize(11).allSatisfy((kind, times) -> assertThat(times).isGreaterThan(200));
  }

  /** What the caption says, by its first words that only it has. */
  private static String requireTrue(Layout layout) {
    var caption = layout.caption();
    var boxes = layout.regions().stream().map(Region::box).toList();
    if (caption.endsWith(" in a row from left to right")) {
      requireNames(layout, caption.replace(" in a row from left to right", ""));
      requireInOrder(caption, boxes, Axis.X);
      assertThat(shared(boxes, Axis.Y)).as(caption).isPositive();
      return "row";
    }
    if (caption.endsWith(" in a column from top to bottom")) {
      requireNames(layout, caption.replace(" in a column from top to bottom", ""));
      requireInOrder(caption, boxes, Axis.Y);
      assertThat(shared(boxes, Axis.X)).as(caption).isPositive();
      return "column";
    }
    if (caption.startsWith("a grid of two rows with ")) {
      var rows =
          caption
              .replace("a grid of two rows with ", "")
              .replace(" in the bottom row", "")
              .split(" in the top row and ");
      int top = rows[0].split(", | and ").length;
      assertThat(top).isEqualTo(rows[1].split(", | and ").length).isEqualTo(boxes.size() / 2);
      requireNames(layout, rows[0] + ", " + rows[1]);
      requireInOrder(caption, boxes.subList(0, top), Axis.X);
      requireInOrder(caption, boxes.subList(top, boxes.size()), Axis.X);
      for (var above : boxes.subList(0, top)) {
        for (var below : boxes.subList(top, boxes.size())) {
          assertThat(above.y1()).as(caption).isLessThanOrEqualTo(below.y0());
        }
      }
      return "grid";
    }
    for (var side : Map.of(" left of ", Axis.X, " above ", Axis.Y).entrySet()) {
      if (caption.contains(side.getKey())) {
        requireNames(layout, caption.replace(side.getKey(), ", "));
        requireInOrder(caption, boxes, side.getValue());
        return side.getKey();
      }
    }
    for (var side : Map.of(" right of ", Axis.X, " below ", Axis.Y).entrySet()) {
      if (caption.contains(side.getKey())) {
        requireNames(layout, caption.replace(side.getKey(), ", "));
        requireInOrder(caption, List.of(boxes.get(1), boxes.get(0)), side.getValue());
        return side.getKey();
      }
    }
    if (caption.contains(" and, much smaller beside it, ")) {
      requireNames(layout, caption.replace(" and, much smaller beside it, ", ", "));
      for (var small : boxes.subList(1, boxes.size())) {
        assertThat(boxes.get(0).area()).as(caption).isGreaterThan(3 * small.area());
        assertThat(boxes.get(0).iou(small)).as(caption).isZero();
      }
      return "large";
    }
    if (caption.endsWith(" in a ring, clockwise from the top")) {
      requireNames(layout, caption.replace(" in a ring, clockwise from the top", ""));
      requireRing(caption, boxes);
      return "ring";
    }
    if (caption.endsWith(" in the background")) {
      var parts = caption.replace(" in the background", "").split(" in the foreground and ");
      requireNames(layout, parts[0] + ", " + parts[1]);
      var back = boxes.get(boxes.size() - 1);
      for (var front : boxes.subList(0, boxes.size() - 1)) {
        assertThat(front.y1()).as(caption).isGreaterThan(back.y1());
        assertThat(front.y0()).as(caption).isBetween(back.y0(), back.y1());
        assertThat(front.area()).as(caption).isLessThan(back.area());
        assertThat(front.iou(back)).as(caption).isPositive();
      }
      return "front";
    }
    assertThat(caption).contains(" on ");
    requireNames(layout, caption.replace(" on ", ", "));
    for (int i = 1; i < boxes.size(); i++) {
      assertThat(boxes.get(i - 1).y1()).as(caption).isEqualTo(boxes.get(i).y0());
      assertThat(boxes.get(i - 1).x0()).as(caption).isBetween(boxes.get(i).x0(), boxes.get(i).x1());
      assertThat(boxes.get(i - 1).x1()).as(caption).isBetween(boxes.get(i).x0(), boxes.get(i).x1());
    }
    return "stack";
  }

  private enum Axis {
    X,
    Y;

    float from(Box box) {
      return this == X ? box.x0() : box.y0();
    }

    float to(Box box) {
      return this == X ? box.x1() : box.y1();
    }
  }

  private static void requireInOrder(String caption, List<Box> boxes, Axis axis) {
    for (int i = 1; i < boxes.size(); i++) {
      assertThat(axis.to(boxes.get(i - 1)))
          .as(caption)
          .isLessThanOrEqualTo(axis.from(boxes.get(i)));
    }
  }

  /** The length of what all have in common along an axis. */
  private static double shared(List<Box> boxes, Axis axis) {
    double from = boxes.stream().mapToDouble(axis::from).max().orElseThrow();
    return boxes.stream().mapToDouble(axis::to).min().orElseThrow() - from;
  }

  /** Each centre lies clockwise of the one before, as seen from the middle: by cross products. */
  private static void requireRing(String caption, List<Box> boxes) {
    double mx =
        boxes.stream().mapToDouble(box -> (box.x0() + box.x1()) / 2).average().orElseThrow();
    double my =
        boxes.stream().mapToDouble(box -> (box.y0() + box.y1()) / 2).average().orElseThrow();
    int halfTurns = 0;
    for (int i = 0; i < boxes.size(); i++) {
      var a = boxes.get(i);
      var b = boxes.get((i + 1) % boxes.size());
      double ax = (a.x0() + a.x1()) / 2 - mx;
      double ay = (a.y0() + a.y1()) / 2 - my;
      double bx = (b.x0() + b.x1()) / 2 - mx;
      double by = (b.y0() + b.y1()) / 2 - my;
      assertThat(ax * by - ay * bx).as(caption).isPositive(); // y grows downwards
      halfTurns += ay < 0 != by < 0 ? 1 : 0;
      assertThat(boxes.get(0).y0() + boxes.get(0).y1())
          .as(caption)
          .isLessThanOrEqualTo(a.y0() + a.y1());
    }
    assertThat(halfTurns).as(caption).isEqualTo(2);
  }

  /** The caption names each phrase once, in the order of the regions. */
  private static void requireNames(Layout layout, String list) {
    var names = new ArrayList<String>();
    for (var name : list.split(", | and ")) {
      names.add(name.replaceFirst("^a ", ""));
    }
    assertThat(layout.regions()).extracting(Region::phrase).containsExactlyElementsOf(names);
    assertThat(new HashSet<>(names)).hasSize(names.size());
  }

  @Test
  void numbersOfRegionsAreKept() {
    var source = new TemplateLayouts(1, PHRASES, TemplateLayouts.possible(3, 4), 3, 4);
    for (long index = 0; index < 200; index++) {
      assertThat(source.layout(index).layout().orElseThrow().regions()).hasSizeBetween(3, 4);
    }
  }

  @Test
  void aLayoutIsAFunctionOfSeedAndIndex() {
    var all = TemplateLayouts.possible(2, 6);
    var one = new TemplateLayouts(1, PHRASES, all, 2, 6);
    assertThat(one.layout(7)).isEqualTo(new TemplateLayouts(1, PHRASES, all, 2, 6).layout(7));
    assertThat(one.layout(7)).isNotEqualTo(one.layout(8));
    assertThat(one.layout(7).layout())
        .isNotEqualTo(new TemplateLayouts(2, PHRASES, all, 2, 6).layout(7).layout());
    assertThat(one.layout(7).id()).isEqualTo("templates-1-00000007");
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatThrownBy(
            () -> new TemplateLayouts(1, PHRASES, List.of(Arrangement.FOREGROUND_BACKGROUND), 5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("templates: foreground-background cannot have 5 to 6 regions");
    assertThatThrownBy(() -> TemplateLayouts.possible(1, 1)).hasMessageContaining("maxRegions=2");
    assertThatThrownBy(
            () ->
                new TemplateLayouts(
                    1, new PhraseList(List.of("a", "b"), 0), List.of(Arrangement.ROW), 2, 3))
        .hasMessageContaining("maxRegions=3 needs as many different phrases, got 2");
  }

  @Test
  void gridsHaveAnEvenNumber() {
    assertThat(Arrangement.GRID.numbers(1, 10)).containsExactly(4, 6, 8, 10);
    assertThat(Arrangement.GRID.numbers(5, 5)).isEmpty();
  }
}
