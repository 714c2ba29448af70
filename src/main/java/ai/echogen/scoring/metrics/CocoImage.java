package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What one image gives to {@link AveragePrecision}: its detections, matched. It is small, and the
 * images may be matched apart, in any order and on any machine: see {@link
 * AveragePrecision#of(List)}.
 */
public final class CocoImage implements Serializable {
  private static final long serialVersionUID = 1;

  private final long image;
  private final List<CocoMatches> matches; // by rising category

  private CocoImage(long image, List<CocoMatches> matches) {
    this.image = image;
    this.matches = matches;
  }

  /**
   * Matches the detections of an image.
   *
   * @param categories that are measured; truths and detections of others are left out
   * @param truths of this image alone
   * @param found of this image alone; of equal scores the earlier counts first
   */
  public static CocoImage of(
      long image, Set<Integer> categories, List<Truth> truths, List<Found> found, Classes classes) {
    truths.forEach(truth -> requireImage(image, truth.image()));
    found.forEach(detection -> requireImage(image, detection.image()));
    var sortedTruths = byCategory(truths, Truth::category, categories);
    var sortedFound = byCategory(found, Found::category, categories);
    var matches = new ArrayList<CocoMatches>();
    if (classes == Classes.TOGETHER) {
      matches.add(match(AveragePrecision.TOGETHER, sortedTruths, sortedFound));
      return new CocoImage(image, matches);
    }
    int truth = 0;
    int detection = 0;
    while (truth < sortedTruths.size() || detection < sortedFound.size()) {
      int category =
          Math.min(
              truth < sortedTruths.size() ? sortedTruths.get(truth).category() : Integer.MAX_VALUE,
              detection < sortedFound.size()
                  ? sortedFound.get(detection).category()
                  : Integer.MAX_VALUE);
      int truthEnd = end(sortedTruths, truth, Truth::category, category);
      int detectionEnd = end(sortedFound, detection, Found::category, category);
      matches.add(
          match(
              category,
              sortedTruths.subList(truth, truthEnd),
              sortedFound.subList(detection, detectionEnd)));
      truth = truthEnd;
      detection = detectionEnd;
    }
    return new CocoImage(image, matches);
  }

  public long image() {
    return image;
  }

  List<CocoMatches> matches() {
    return matches;
  }

  private static CocoMatches match(int category, List<Truth> truths, List<Found> found) {
    return CocoMatches.of(category, truths, found, AveragePrecision.MOST_DETECTIONS);
  }

  private static void requireImage(long image, long other) {
    if (image != other) {
      throw new IllegalStateException("a box of image " + other + " among those of " + image);
    }
  }

  private static <T> List<T> byCategory(
      List<T> items, ToIntFunction<T> category, Set<Integer> categories) {
    return items.stream()
        .filter(item -> categories.contains(category.applyAsInt(item)))
        .sorted(Comparator.comparingInt(category))
        .toList();
  }

  private static <T> int end(List<T> items, int from, ToIntFunction<T> category, int of) {
    int end = from;
    while (end < items.size() && category.applyAsInt(items.get(end)) == of) {
      end++;
    }
    return end;
  }
}
