package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeFamilyTest {
  @Test
  void hasSixteenNamedClassesOfOneWordAndLook() {
    var classes = ShapeFamily.NAMED.classes();
    assertThat(classes).hasSize(16);
    assertThat(classes.keySet()).allMatch(name -> name.matches("[a-z]+"));
    assertThat(classes.values()).doesNotHaveDuplicates();
    assertThat(ShapeFamily.ATTRIBUTES.classes()).hasSize(8 * 6).containsKey("blue star");
  }

  @Test
  void outlinesOfNamedClassesOfOneColorCoverEachOtherBadly() {
    var classes = ShapeFamily.NAMED.classes();
    classes.forEach(
        (a, lookA) ->
            classes.forEach(
                (b, lookB) -> {
                  if (!a.equals(b) && lookA.color() == lookB.color()) {
                    assertThat(iou(lookA.shape(), lookB.shape())).as(a + " " + b).isLessThan(0.6);
                  }
                }));
  }

  @Test
  void findsTheFamilyOfItsCategories() {
    assertThat(ShapeFamily.of(List.of("brick", "tyre"))).contains(ShapeFamily.NAMED);
    assertThat(ShapeFamily.of(List.of("red circle"))).contains(ShapeFamily.ATTRIBUTES);
    assertThat(ShapeFamily.of(List.of("brick", "red circle"))).isEmpty();
    assertThat(ShapeFamily.look("red circle").orElseThrow().shape()).isEqualTo(Shape.CIRCLE);
    assertThat(ShapeFamily.look("zebra")).isEmpty();
  }

  @Test
  void shapesTouchAllSidesOfTheirBox() {
    for (var shape : Shape.values()) {
      var n = 100;
      boolean top = false;
      boolean bottom = false;
      boolean left = false;
      boolean right = false;
      for (var i = 0; i < n; i++) {
        top |= shape.coverage(i, 0, n, n) > 0;
        bottom |= shape.coverage(i, n - 1, n, n) > 0;
        left |= shape.coverage(0, i, n, n) > 0;
        right |= shape.coverage(n - 1, i, n, n) > 0;
      }
      assertThat(top && bottom && left && right).as(shape.word()).isTrue();
    }
  }

  private static double iou(Shape a, Shape b) {
    var both = 0;
    var either = 0;
    for (var y = 0; y < 64; y++) {
      for (var x = 0; x < 64; x++) {
        var inA = a.coverage(x, y, 64, 64) > 0.5;
        var inB = b.coverage(x, y, 64, 64) > 0.5;
        both += inA && inB ? 1 : 0;
        either += inA || inB ? 1 : 0;
      }
    }
    return both / (double) either;
  }
}
