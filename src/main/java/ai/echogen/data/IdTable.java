package ai.echogen.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The lines of a file's ids, by a hash of 128 bits, which no two ids of a file will share by
 * chance: 36 to 72 bytes an id, however long the ids are.
 */
public final class IdTable {
  private static final int SLOT = 3; // two halves of the hash, and the line; 0 if it is free

  private final MessageDigest md5;
  private long[] slots = new long[SLOT << 10];
  private int size;

  public IdTable() {
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /** The line that an id was put with before, or 0, and then it is put. */
  public long putIfAbsent(String id, long line) {
    var hash = ByteBuffer.wrap(md5.digest(id.getBytes(StandardCharsets.UTF_8)));
    long high = hash.getLong();
    long low = hash.getLong();
    int slot = slot(slots, high, low);
    if (slots[slot + 2] != 0) {
      return slots[slot + 2];
    }
    fill(slots, slot, high, low, line);
    size++;
    if (size > slots.length / SLOT * 2 / 3) {
      grow();
    }
    return 0;
  }

  private void grow() {
    var larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int from = 0; from < slots.length; from += SLOT) {
      if (slots[from + 2] != 0) {
        int slot = slot(larger, slots[from], slots[from + 1]);
        fill(larger, slot, slots[from], slots[from + 1], slots[from + 2]);
      }
    }
    slots = larger;
  }

  private static void fill(long[] slots, int slot, long high, long low, long line) {
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = line;
  }

  /** Where the hash is, or the free slot where it belongs. */
  private static int slot(long[] slots, long high, long low) {
    int numSlots = slots.length / SLOT; // a power of two
    for (int i = (int) (low & (numSlots - 1)); ; i = (i + 1) & (numSlots - 1)) {
      int slot = i * SLOT;
      if (slots[slot + 2] == 0 || (slots[slot] == high && slots[slot + 1] == low)) {
        return slot;
      }
    }
  }
}
