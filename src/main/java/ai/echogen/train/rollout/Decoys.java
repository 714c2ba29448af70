package ai.echogen.train.rollout;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** Layouts with other phrases in the place of their own: what an image of them does not show. */
final class Decoys {
  private Decoys() {}

  /**
   * Some rounds of decoys; in each every region has a phrase that is none of the layout's. Those
   * that share a word with the region's own come first: they are the harder ones.
   *
   * @param phrases to choose from
   * @return fewer rounds, or none, if there are too few phrases
   */
  static List<Layout> of(Layout layout, List<String> phrases, int rounds, CounterRandom random) {
    var own = new HashSet<String>();
    layout.regions().forEach(region -> own.add(region.phrase()));
    var others = phrases.stream().filter(phrase -> !own.contains(phrase)).toList();
    int number = Math.min(rounds, others.size());
    var chosen = new ArrayList<List<String>>();
    for (var region : layout.regions()) {
      var order = random.permutation(others.size());
      var candidates = new ArrayList<String>();
      for (int i : order) {
        if (sharesAWord(others.get(i), region.phrase())) {
          candidates.add(others.get(i));
        }
      }
      for (int i : order) {
        if (!candidates.contains(others.get(i))) {
          candidates.add(others.get(i));
        }
      }
      chosen.add(candidates);
    }
    var layouts = new ArrayList<Layout>();
    for (int round = 0; round < number; round++) {
      var regions = new ArrayList<Region>();
      for (int k = 0; k < chosen.size(); k++) {
        var region = layout.regions().get(k);
        regions.add(new Region(chosen.get(k).get(round), region.category(), region.box()));
      }
      layouts.add(new Layout(layout.caption(), regions));
    }
    return layouts;
  }

  private static boolean sharesAWord(String a, String b) {
    var words = Arrays.asList(b.split(" "));
    return Arrays.stream(a.split(" ")).anyMatch(words::contains);
  }
}
