package ai.echogen.observe.scores;

import java.util.List;

/**
 * Cases to look at first.
 *
 * @param cases their places among all cases, in the order to show them in
 */
record Gallery(String name, List<Integer> cases) {
  Gallery {
    cases = List.copyOf(cases);
  }
}
