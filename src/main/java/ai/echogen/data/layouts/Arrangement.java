package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to arrange boxes that has words: a caption says it, and geometry tells whether it is so.
 */
public enum Arrangement {
  ROW(2, 5),
  COLUMN(2, 5),
  /** Two rows of equally many. */
  GRID(4, 10),
  LEFT_RIGHT(2, 2),
  ABOVE_BELOW(2, 2),
  LARGE_AND_SMALL(2, 5),
  RING(3, 8),
  STACK(2, 4),
  FOREGROUND_BACKGROUND(2, 4);

  private final int least;
  private final int most;

  Arrangement(int least, int most) {
    this.least = least;
    this.most = most;
  }

  /** The numbers of boxes that it can have, of those from {@code from} to {@code to}. */
  List<Integer> numbers(int from, int to) {
    var numbers = new ArrayList<Integer>();
    for (int number = Math.max(from, least); number <= Math.min(to, most); number++) {
      if (this != GRID || number % 2 == 0) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** Boxes in the order in which the caption names them. */
  List<Box> place(int number, CounterRandom random) {
    return switch (this) {
      case ROW -> Slots.row(number, random);
      case COLUMN -> Slots.column(number, random);
      case GRID -> Slots.grid(number, random);
      case LEFT_RIGHT -> Slots.eitherWay(Slots.row(number, random), random);
      case ABOVE_BELOW -> Slots.eitherWay(Slots.column(number, random), random);
      case LARGE_AND_SMALL -> Slots.largeAndSmall(number, random);
      case RING -> Slots.ring(number, random);
      case STACK -> Slots.stack(number, random);
      case FOREGROUND_BACKGROUND -> Slots.inFront(number, random);
    };
  }

  /** Whether what the caption says of these boxes is so. */
  boolean isTrueOf(List<Box> boxes) {
    return switch (this) {
      case ROW -> Relations.isRow(boxes);
      case COLUMN -> Relations.isColumn(boxes);
      case GRID -> Relations.isGrid(boxes);
      case LEFT_RIGHT -> Relations.isRow(boxes) || Relations.isRow(reversed(boxes));
      case ABOVE_BELOW -> Relations.isColumn(boxes) || Relations.isColumn(reversed(boxes));
      case LARGE_AND_SMALL -> Relations.isLargeBeside(boxes);
      case RING -> Relations.isRing(boxes);
      case STACK -> Relations.isStack(boxes);
      case FOREGROUND_BACKGROUND -> Relations.isInFront(boxes);
    };
  }

  private static List<Box> reversed(List<Box> pair) {
    return List.of(pair.get(1), pair.get(0));
  }

  /** What is to be seen, and how it is arranged; lower case, without a full stop. */
  String caption(List<String> nouns, List<Box> boxes) {
    int size = nouns.size();
    var first = nouns.get(0);
    var last = nouns.get(size - 1);
    return switch (this) {
      case ROW -> Wording.list(nouns) + " in a row from left to right";
      case COLUMN -> Wording.list(nouns) + " in a column from top to bottom";
      case GRID ->
          "a grid of two rows with %s in the top row and %s in the bottom row"
              .formatted(
                  Wording.list(nouns.subList(0, size / 2)),
                  Wording.list(nouns.subList(size / 2, size)));
      case LEFT_RIGHT ->
          first
              + (Relations.isLeftOf(boxes.get(0), boxes.get(1)) ? " left of " : " right of ")
              + last;
      case ABOVE_BELOW ->
          first + (Relations.isAbove(boxes.get(0), boxes.get(1)) ? " above " : " below ") + last;
      case LARGE_AND_SMALL ->
          "%s and, much smaller beside it, %s"
              .formatted(first, Wording.list(nouns.subList(1, size)));
      case RING -> Wording.list(nouns) + " in a ring, clockwise from the top";
      case STACK -> String.join(" on ", nouns);
      case FOREGROUND_BACKGROUND ->
          "%s in the foreground and %s in the background"
              .formatted(Wording.list(nouns.subList(0, size - 1)), last);
    };
  }
}
