package ai.echogen.data.ingest.formats.text;

import ai.echogen.storage.Location;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Where the parts of a file begin, found while it streams by. */
final class FileParts {
  private static final int MOST = 10_000; // parts: each is a task

  private record Mark(long offset, long element) {}

  private final Location file;
  private final long step;
  private final List<Mark> marks = new ArrayList<>();
  private final BitSet repeats = new BitSet();

  /**
   * @param step elements of a part, at least
   */
  FileParts(Location file, long step) {
    this.file = file;
    this.step = step;
  }

  /**
   * Notes an element with which a part may begin.
   *
   * @param offset bytes of the file before it
   * @param element counted from 0
   */
  void add(long offset, long element) {
    if (marks.isEmpty() || element - marks.get(marks.size() - 1).element() >= step) {
      marks.add(new Mark(offset, element));
    }
  }

  /** Notes an element whose id another one before it has. */
  void repeat(long element) {
    repeats.set(Math.toIntExact(element));
  }

  /**
   * The parts, in the order of the file.
   *
   * @param end elements of the file
   */
  List<FilePart> parts(long end) {
    var parts = new ArrayList<FilePart>();
    int marksAPart = 1 + marks.size() / MOST;
    for (int i = 0; i < marks.size(); i += marksAPart) {
      var mark = marks.get(i);
      long next = i + marksAPart < marks.size() ? marks.get(i + marksAPart).element() : end;
      var repeated = repeats.get(Math.toIntExact(mark.element()), Math.toIntExact(next));
      parts.add(new FilePart(file, mark.offset(), mark.element(), next, repeated));
    }
    return parts;
  }
}
