package ai.echogen.data;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * The ids of a data set, to find those that come again. Numbers of at most nine digits, as most
 * data sets have them, take some three bytes each where they are many, and fewer if they lie close;
 * other ids 36 to 72 ({@link IdTable}).
 */
public final class IdSet {
  private static final int MOST_DIGITS = 9; // of more, scattered ones would take more than a hash

  // By the number of digits: 7 and 007 are two ids.
  private final @Nullable Roaring64Bitmap[] numbers = new Roaring64Bitmap[MOST_DIGITS + 1];
  private final IdTable others = new IdTable();

  /** Adds an id; false if it was there. */
  public boolean add(String id) {
    if (!isNumber(id)) {
      return others.putIfAbsent(id, 1) == 0;
    }
    var ofLength = numbers[id.length()];
    if (ofLength == null) {
      ofLength = new Roaring64Bitmap();
      numbers[id.length()] = ofLength;
    }
    long number = Long.parseLong(id);
    if (ofLength.contains(number)) {
      return false;
    }
    ofLength.addLong(number);
    return true;
  }

  private static boolean isNumber(String id) {
    if (id.isEmpty() || id.length() > MOST_DIGITS) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) < '0' || id.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
