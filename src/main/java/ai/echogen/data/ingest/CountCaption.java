package ai.echogen.data.ingest;

import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The caption of a picture that came without one: {@code a dog, two cats and an umbrella}. */
public final class CountCaption {
  private static final List<String> NUMBERS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
  private static final Map<String, String> IRREGULAR =
      Map.ofEntries(
          Map.entry("person", "people"),
          Map.entry("man", "men"),
          Map.entry("woman", "women"),
          Map.entry("child", "children"),
          Map.entry("mouse", "mice"),
          Map.entry("goose", "geese"),
          Map.entry("knife", "knives"),
          Map.entry("leaf", "leaves"),
          Map.entry("tomato", "tomatoes"),
          Map.entry("potato", "potatoes"),
          Map.entry("sheep", "sheep"),
          Map.entry("fish", "fish"),
          Map.entry("deer", "deer"),
          Map.entry("broccoli", "broccoli"),
          Map.entry("skis", "skis"),
          Map.entry("scissors", "scissors"));

  private static final Pattern HISSES = Pattern.compile(".*(s|x|z|ch|sh)");
  private static final Pattern ENDS_IN_Y = Pattern.compile(".*[^aeiou]y");

  private CountCaption() {}

  /** Counts the categories, in the order of their first region. */
  public static String of(List<Region> regions) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (var region : regions) {
      counts.merge(region.category(), 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((category, count) -> parts.add(counted(category, count)));
    var last = parts.size() - 1;
    return last < 1
        ? String.join("", parts)
        : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }

  private static String counted(String category, int count) {
    if (count == 1) {
      return ("aeiou".indexOf(Character.toLowerCase(category.charAt(0))) >= 0 ? "an " : "a ")
          + category;
    }
    return (count < NUMBERS.size() ? NUMBERS.get(count) : String.valueOf(count))
        + " "
        + plural(category);
  }

  /** The last word in the plural. */
  private static String plural(String category) {
    var word = category.substring(category.lastIndexOf(' ') + 1);
    var before = category.substring(0, category.length() - word.length());
    var irregular = IRREGULAR.get(word);
    if (irregular != null) {
      return before + irregular;
    }
    if (HISSES.matcher(word).matches()) {
      return category + "es";
    }
    if (ENDS_IN_Y.matcher(word).matches()) {
      return category.substring(0, category.length() - 1) + "ies";
    }
    return category + "s";
  }
}
