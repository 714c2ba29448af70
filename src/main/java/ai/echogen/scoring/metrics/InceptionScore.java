package ai.echogen.scoring.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The Inception score (1606.03498): how sure a classifier is of each image, and how different the
 * images are: exp of the mean Kullback-Leibler divergence of an image's class probabilities from
 * their mean, in splits of images in a row, as the first implementation cuts them; mean and
 * standard deviation (divisor: splits) over the splits. It depends on the order of the images: give
 * them by their ids.
 */
public record InceptionScore(double mean, double deviation) {
  public static final int SPLITS = 10;

  private static final double SUM_TOLERANCE = 1e-3;

  /**
   * Scores class probabilities.
   *
   * @param probabilities one vector an image, which sums up to 1
   * @param splits at most the number of images
   */
  public static InceptionScore of(List<double[]> probabilities, int splits) {
    if (splits < 1 || probabilities.size() < splits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "an Inception score needs an image a split, got %d images for %d splits",
              probabilities.size(),
              splits));
    }
    for (int i = 0; i < probabilities.size(); i++) {
      requireProbabilities(probabilities.get(i), probabilities.get(0).length, i);
    }
    var scores = new double[splits];
    for (int s = 0; s < splits; s++) {
      long size = probabilities.size();
      scores[s] =
          score(probabilities.subList((int) (s * size / splits), (int) ((s + 1) * size / splits)));
    }
    double mean = Arrays.stream(scores).sum() / splits;
    double square = 0;
    for (double score : scores) {
      square += (score - mean) * (score - mean);
    }
    return new InceptionScore(mean, Math.sqrt(square / splits));
  }

  private static double score(List<double[]> images) {
    var mean = new double[images.get(0).length];
    for (var image : images) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += image[c] / images.size();
      }
    }
    double divergence = 0;
    for (var image : images) {
      for (int c = 0; c < mean.length; c++) {
        if (image[c] > 0) { // 0 · log 0 is 0
          divergence += image[c] * Math.log(image[c] / mean[c]);
        }
      }
    }
    return Math.exp(divergence / images.size());
  }

  private static void requireProbabilities(double[] image, int length, int number) {
    FeatureMoments.requireFeatures(image, length, number);
    double sum = 0;
    double least = 0;
    for (double share : image) {
      sum += share;
      least = Math.min(least, share);
    }
    if (least < 0 || Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "class probabilities of image %d must be >= 0 and sum up to 1, got a sum of %s and a"
                  + " least of %s; is it a classifier's softmax?",
              number,
              sum,
              least));
    }
  }
}
