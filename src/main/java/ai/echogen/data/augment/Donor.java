package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.image.Fit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * An object that can be pasted into other pictures, before it is cut out; the order is that in
 * which they are taken.
 *
 * @param sampleId the sample that it is in
 * @param region its number among the sample's regions
 * @param naturalWidth in a picture of the final size, pixels
 * @param naturalHeight in a picture of the final size, pixels
 * @param width at which it is kept, pixels
 * @param height at which it is kept, pixels
 * @param key by chance
 * @param rank how many of the same phrase are taken before it; 0 where that does not count
 */
record Donor(
    String sampleId,
    int region,
    String phrase,
    double naturalWidth,
    double naturalHeight,
    int width,
    int height,
    long key,
    long rank)
    implements Comparable<Donor>, Serializable {
  /** Most pixels a side that are kept of an object. */
  static final int MOST_SIDE = 256;

  private static final double LEAST_SIDE = 8; // of the final picture's pixels
  private static final double MOST_AREA = 0.5; // of the picture
  private static final double MOST_LENGTH = 0.9; // of the picture's side

  private static final Comparator<Donor> ORDER =
      Comparator.comparingLong(Donor::rank)
          .thenComparingLong(Donor::key)
          .thenComparing(Donor::sampleId)
          .thenComparingInt(Donor::region);

  /**
   * The objects of a sample that can be pasted: neither tiny nor most of the picture, not overlaid
   * by others, and with a phrase that is as true elsewhere.
   *
   * @param row with {@code id}, {@code width}, {@code height}, {@code caption} and {@code regions}
   */
  static List<Donor> of(Row row, Augmentation rules) {
    var id = row.<String>getAs("id");
    int width = row.getAs("width");
    int height = row.getAs("height");
    var regions = Sample.layout(row).regions();
    var donors = new ArrayList<Donor>();
    for (int i = 0; i < regions.size(); i++) {
      var box = Extent.of(regions.get(i).box());
      int own = i;
      double overlaid = 0;
      for (int other = 0; other < regions.size(); other++) {
        overlaid += other == own ? 0 : box.shared(Extent.of(regions.get(other).box()));
      }
      var phrase = regions.get(i).phrase();
      if (overlaid <= rules.paste().mostHidden() * box.area() && !PlaceWords.havePlace(phrase)) {
        var donor = of(id, i, phrase, box, width, height, rules);
        if (donor.isUsable(rules.size())) {
          donors.add(donor);
        }
      }
    }
    return donors;
  }

  private static Donor of(
      String id, int region, String phrase, Extent box, int width, int height, Augmentation rules) {
    double shorter = Math.min(width, height);
    boolean isCut = rules.fit() == Fit.CROP;
    double boxWidth = (box.x1() - box.x0()) * width;
    double boxHeight = (box.y1() - box.y0()) * height;
    double naturalWidth = boxWidth * rules.size() / (isCut ? shorter : width);
    double naturalHeight = boxHeight * rules.size() / (isCut ? shorter : height);
    return new Donor(
        id,
        region,
        phrase,
        naturalWidth,
        naturalHeight,
        kept(boxWidth, naturalWidth, rules.paste()),
        kept(boxHeight, naturalHeight, rules.paste()),
        CounterRandom.of(rules.seed(), Augmentation.hash(id)).fork(region).longAt(0),
        0);
  }

  /** As many pixels as there are, or as can be needed. */
  private static int kept(double given, double natural, Paste rules) {
    double needed = Math.min(MOST_SIDE, natural * Math.max(1, rules.maxScale()));
    return (int) Math.max(1, Math.ceil(Math.min(given, needed)));
  }

  private boolean isUsable(int size) {
    return Math.min(naturalWidth, naturalHeight) >= LEAST_SIDE
        && Math.max(naturalWidth, naturalHeight) <= MOST_LENGTH * size
        && naturalWidth * naturalHeight <= MOST_AREA * size * size;
  }

  Donor ranked(long newRank) {
    return new Donor(
        sampleId, region, phrase, naturalWidth, naturalHeight, width, height, key, newRank);
  }

  @Override
  public int compareTo(Donor other) {
    return ORDER.compare(this, other);
  }
}
