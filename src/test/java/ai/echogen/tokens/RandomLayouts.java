package ai.echogen.tokens;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Layouts of random words and boxes, and random damage to what is written of them. */
final class RandomLayouts {
  private static final List<String> WORDS =
      List.of(
          "a",
          "red",
          "star,",
          "left",
          "of",
          "42",
          "1,000",
          "[7, 8]",
          "don't",
          "(old)",
          "café",
          "汉字",
          "🙂",
          "дом",
          "x<y",
          "e\u0301",
          "tree;",
          "0",
          "</",
          "\"quoted\"",
          "µ",
          "umbrella");

  private RandomLayouts() {}

  static Layout layout(CounterRandom random, Function<CounterRandom, Box> boxes) {
    var regions =
        IntStream.range(0, random.nextInt(Layout.MAX_REGIONS + 1))
            .mapToObj(i -> region(words(random, random.nextInt(1, 4)), boxes.apply(random)))
            .toList();
    return new Layout(words(random, random.nextInt(12)), regions);
  }

  /** Corners at multiples of 1/cells, never empty. */
  static Box onGrid(CounterRandom random, int cells) {
    int x = random.nextInt(cells);
    int y = random.nextInt(cells);
    return new Box(
        (float) x / cells,
        (float) y / cells,
        (float) random.nextInt(x + 1, cells) / cells,
        (float) random.nextInt(y + 1, cells) / cells);
  }

  /** Any corners, sides of at least two thousandths. */
  static Box anywhere(CounterRandom random) {
    double x = random.nextDouble(0, 0.998);
    double y = random.nextDouble(0, 0.998);
    return new Box(
        (float) x,
        (float) y,
        (float) random.nextDouble(x + 0.002, 1),
        (float) random.nextDouble(y + 0.002, 1));
  }

  static Region region(String phrase, Box box) {
    return new Region(phrase, phrase, box);
  }

  /** One to three times: deletes, duplicates, swaps or replaces an entry, or cuts the list off. */
  static int[] damage(CounterRandom random, int[] entries, int[] replacements) {
    int[] damaged = entries;
    int times = random.nextInt(1, 3);
    for (int n = 0; n < times && damaged.length > 0; n++) {
      damaged = damageOnce(random, damaged, replacements);
    }
    return damaged;
  }

  private static int[] damageOnce(CounterRandom random, int[] entries, int[] replacements) {
    int at = random.nextInt(entries.length);
    int other = random.nextInt(entries.length);
    int replacement = replacements[random.nextInt(replacements.length)];
    int length = entries.length;
    return switch (random.nextInt(5)) {
      case 0 -> IntStream.range(0, length).filter(i -> i != at).map(i -> entries[i]).toArray();
      case 1 ->
          IntStream.range(0, length)
              .flatMap(
                  i -> i == at ? IntStream.of(entries[i], entries[i]) : IntStream.of(entries[i]))
              .toArray();
      case 2 ->
          IntStream.range(0, length)
              .map(i -> entries[i == at ? other : i == other ? at : i])
              .toArray();
      case 3 -> IntStream.range(0, length).map(i -> i == at ? replacement : entries[i]).toArray();
      default -> IntStream.range(0, at).map(i -> entries[i]).toArray();
    };
  }

  private static String words(CounterRandom random, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
        .collect(Collectors.joining(" "));
  }
}
