package ai.echogen.data.lines;

import ai.echogen.data.RowRange;
import ai.echogen.storage.Location;
import java.io.Serializable;
import java.util.ArrayList;

/**
 * Where the elements of a file of JSON lines are, so that parts of it can be read: the place of
 * every thousandth.
 */
public final class LineIndex implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int STEP = 1000; // elements

  /** Where an element's line begins. */
  private record Mark(long offset, long linesBefore) implements Serializable {}

  private final Location file;
  private final ArrayList<Mark> marks = new ArrayList<>();
  private long size;

  LineIndex(Location file) {
    this.file = file;
  }

  void add(long offset, long linesBefore) {
    if (size % STEP == 0) {
      marks.add(new Mark(offset, linesBefore));
    }
    size++;
  }

  /** Elements of the file. */
  public long size() {
    return size;
  }

  /** Some of the elements. */
  public LineSlice slice(RowRange elements) {
    var mark = marks.get((int) (elements.from() / STEP));
    return new LineSlice(
        file, mark.offset(), mark.linesBefore(), elements.from() % STEP, elements.size());
  }

  /** All elements. */
  public LineSlice all() {
    return slice(new RowRange(0, size));
  }
}
