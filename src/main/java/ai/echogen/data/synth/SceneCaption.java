package ai.echogen.data.synth;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Region;
import java.util.List;

/**
 * One English sentence about a scene: how many objects, which, and for half of the scenes with
 * several objects where two of them stand to each other: "three objects, a fir, a brick and a tyre,
 * the brick is left of the tyre". Lower case; commas are the only punctuation.
 */
final class SceneCaption {
  private static final List<String> COUNTS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

  private SceneCaption() {}

  static String of(List<Region> regions, CounterRandom random) {
    if (regions.size() == 1) {
      return withArticle(regions.get(0).phrase());
    }
    var caption = new StringBuilder(COUNTS.get(regions.size())).append(" objects, ");
    for (var i = 0; i < regions.size(); i++) {
      if (i > 0) {
        caption.append(i == regions.size() - 1 ? " and " : ", ");
      }
      caption.append(withArticle(regions.get(i).phrase()));
    }
    if (random.nextInt(2) == 0) {
      var order = random.permutation(regions.size());
      caption.append(", ").append(relation(regions.get(order[0]), regions.get(order[1])));
    }
    return caption.toString();
  }

  /** The relation along the axis on which the centres are further apart. */
  private static String relation(Region a, Region b) {
    var dx = (double) a.box().x0() + a.box().x1() - b.box().x0() - b.box().x1();
    var dy = (double) a.box().y0() + a.box().y1() - b.box().y0() - b.box().y1();
    var word =
        Math.abs(dx) > Math.abs(dy)
            ? (dx < 0 ? "left of" : "right of")
            : (dy < 0 ? "above" : "below");
    return "the %s is %s the %s".formatted(a.phrase(), word, b.phrase());
  }

  static String withArticle(String phrase) {
    return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
  }
}
