package ai.echogen.data.augment;

import ai.echogen.data.ingest.CountCaption;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Captions that go with their regions. */
final class Captions {
  /** A phrase that begins with one of these is mentioned as it is. */
  private static final Set<String> DETERMINERS =
      Set.of(
          "a", "an", "the", "this", "that", "these", "those", "some", "several", "many", "few",
          "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "my",
          "your", "his", "her", "its", "our", "their");

  private static final String END = ".!?";

  private Captions() {}

  /** Whether a caption was made from the regions, by counting them. */
  static boolean isCounted(Layout layout) {
    return isCountable(layout.regions())
        && layout.caption().equals(CountCaption.of(layout.regions()));
  }

  /** The layout of other regions: its caption counts them if it counted those before. */
  static Layout recounted(Layout before, List<Region> regions) {
    return new Layout(
        isCounted(before) && isCountable(regions) ? CountCaption.of(regions) : before.caption(),
        regions);
  }

  /**
   * The layout with more regions: a caption that counts them counts them all; another one mentions
   * each at its end, by phrase; a blank one of a picture with regions stays blank.
   */
  static Layout extended(Layout before, List<Region> regions, List<Region> added) {
    if (added.isEmpty()) {
      return before;
    }
    boolean isBlank = before.caption().isBlank();
    if (isBlank && before.regions().isEmpty()) {
      return new Layout(of(regions), regions);
    }
    boolean isCounted = isCounted(before) && isCountable(regions);
    return isCounted || isBlank
        ? recounted(before, regions)
        : new Layout(mentioning(before.caption(), added), regions);
  }

  /** The caption of a picture that had none: it counts categories, where phrases say no more. */
  private static String of(List<Region> regions) {
    boolean isPlain = regions.stream().allMatch(r -> r.phrase().equals(r.category()));
    return isPlain ? CountCaption.of(regions) : joined(regions, "");
  }

  private static String mentioning(String caption, List<Region> added) {
    var text = caption.stripTrailing();
    int last = text.length() - 1;
    boolean isEnded = END.indexOf(text.charAt(last)) >= 0;
    return isEnded
        ? text.substring(0, last) + ", " + joined(added, "and ") + text.charAt(last)
        : text + ", " + joined(added, "and ");
  }

  /**
   * All of them by phrase.
   *
   * @param before what stands before a single one
   */
  private static String joined(List<Region> regions, String before) {
    var names = regions.stream().map(Captions::named).toList();
    int last = names.size() - 1;
    return last == 0
        ? before + names.get(0)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static String named(Region region) {
    var phrase = region.phrase().strip();
    var first = phrase.split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    return DETERMINERS.contains(first)
        ? phrase
        : CountCaption.of(List.of(new Region(phrase, phrase, region.box())));
  }

  /** A category without letters cannot be counted. */
  private static boolean isCountable(List<Region> regions) {
    return regions.stream().noneMatch(region -> region.category().isBlank());
  }
}
