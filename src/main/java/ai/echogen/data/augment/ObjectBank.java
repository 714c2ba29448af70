package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Objects to paste, which every executor holds as small PNG files: some hundred megabytes. */
public final class ObjectBank implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<List<Cutout>> groups;

  private ObjectBank(List<List<Cutout>> groups) {
    this.groups = List.copyOf(groups);
  }

  /** Without an object. */
  public static ObjectBank empty() {
    return of(List.of());
  }

  /** A bank of which each object is as likely as any other. */
  static ObjectBank of(List<Cutout> cutouts) {
    return new ObjectBank(cutouts.isEmpty() ? List.of() : List.of(sorted(cutouts)));
  }

  /** A bank of which each phrase is as likely as any other. */
  static ObjectBank balanced(List<Cutout> cutouts) {
    var phrases = new TreeMap<String, List<Cutout>>();
    for (var cutout : sorted(cutouts)) {
      phrases.computeIfAbsent(cutout.phrase(), phrase -> new ArrayList<>()).add(cutout);
    }
    return new ObjectBank(phrases.values().stream().map(List::copyOf).toList());
  }

  private static List<Cutout> sorted(List<Cutout> cutouts) {
    return cutouts.stream()
        .sorted(
            Comparator.comparing((Cutout cutout) -> cutout.donor().sampleId())
                .thenComparingInt(cutout -> cutout.donor().region()))
        .toList();
  }

  /** How many objects there are. */
  public int size() {
    return groups.stream().mapToInt(List::size).sum();
  }

  /** All of them, one group after the other. */
  List<Cutout> cutouts() {
    return groups.stream().flatMap(List::stream).toList();
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** One by chance, of a bank that is not empty. */
  Cutout draw(CounterRandom random) {
    var group = groups.get(random.nextInt(groups.size()));
    return group.get(random.nextInt(group.size()));
  }
}
