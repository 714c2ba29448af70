package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where an {@link Arrangement} puts its boxes: a cell for each, and in it a box of most of the
 * cell's sides, anywhere. Boxes are in the order in which captions name them.
 */
final class Slots {
  private static final double MARGIN = 0.04; // of the image
  private static final double ROOM = 1 - 2 * MARGIN;
  private static final double GAP = 0.02;
  private static final double LEAST = 0.7; // of a cell's side

  private Slots() {}

  /** Two to five, from left to right. */
  static List<Box> row(int number, CounterRandom random) {
    double height = random.nextDouble(0.3, 0.6);
    double top = random.nextDouble(MARGIN, 1 - MARGIN - height);
    return row(number, top, top + height, random);
  }

  private static List<Box> row(int number, double top, double bottom, CounterRandom random) {
    var boxes = new ArrayList<Box>();
    for (int i = 0; i < number; i++) {
      double left = MARGIN + ROOM * i / number;
      boxes.add(within(left, top, left + ROOM / number, bottom, LEAST, random));
    }
    return boxes;
  }

  /** Two to five, from top to bottom. */
  static List<Box> column(int number, CounterRandom random) {
    return row(number, random).stream().map(Relations::transposed).toList();
  }

  /** The same boxes, or in the other order. */
  static List<Box> eitherWay(List<Box> boxes, CounterRandom random) {
    var order = new ArrayList<>(boxes);
    if (random.nextInt(2) == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  /** An even number: two rows, the upper one first. */
  static List<Box> grid(int number, CounterRandom random) {
    double middle = random.nextDouble(0.45, 0.55);
    var boxes = new ArrayList<>(row(number / 2, MARGIN, middle, random));
    boxes.addAll(row(number / 2, middle, 1 - MARGIN, random));
    return boxes;
  }

  /** A large one on one side, and up to four small ones on the other. */
  static List<Box> largeAndSmall(int number, CounterRandom random) {
    double edge = 0.62;
    var boxes = new ArrayList<Box>();
    boxes.add(within(MARGIN, MARGIN, edge, 1 - MARGIN, 0.85, random));
    double height = Math.min(ROOM / (number - 1), 0.3);
    double top = random.nextDouble(MARGIN, 1 - MARGIN - height * (number - 1));
    for (int i = 0; i < number - 1; i++) {
      double y = top + i * height;
      boxes.add(within(edge + GAP, y, 1 - MARGIN, y + height, LEAST, random));
    }
    boolean isMirrored = random.nextInt(2) == 0;
    boolean isUpright = random.nextInt(2) == 0;
    return boxes.stream()
        .map(box -> isMirrored ? mirrored(box) : box)
        .map(box -> isUpright ? Relations.transposed(box) : box)
        .toList();
  }

  private static Box mirrored(Box box) {
    return Boxes.of(1.0 - box.x1(), box.y0(), 1.0 - box.x0(), box.y1());
  }

  /** Three to eight on a circle, clockwise from the top. */
  static List<Box> ring(int number, CounterRandom random) {
    double x = random.nextDouble(0.48, 0.52);
    double y = random.nextDouble(0.48, 0.52);
    double radius = random.nextDouble(0.3, 0.33);
    double start = -Math.PI / 2 + random.nextDouble(-0.15, 0.15);
    // Squares whose centres are so far apart cannot overlap, whatever the direction.
    double side = Math.min(0.26, 2 * radius * StrictMath.sin(Math.PI / number) / Math.sqrt(2));
    var boxes = new ArrayList<Box>();
    for (int i = 0; i < number; i++) {
      double angle = start + 2 * Math.PI * i / number;
      double left = x + radius * StrictMath.cos(angle) - side / 2;
      double top = y + radius * StrictMath.sin(angle) - side / 2;
      boxes.add(within(left, top, left + side, top + side, 0.8, random));
    }
    return boxes;
  }

  /** Two to four, each on the next. */
  static List<Box> stack(int number, CounterRandom random) {
    var boxes = new ArrayList<Box>();
    double bottom = random.nextDouble(0.85, 0.95);
    double width = random.nextDouble(0.5, 0.8);
    double left = random.nextDouble(MARGIN, 1 - MARGIN - width);
    for (int i = 0; i < number; i++) {
      double top = bottom - random.nextDouble(0.6, 1) * 0.8 / number;
      boxes.add(Boxes.of(left, top, left + width, bottom));
      double narrower = width * random.nextDouble(0.6, 0.9);
      left += random.nextDouble(0, width - narrower);
      width = narrower;
      bottom = top;
    }
    Collections.reverse(boxes);
    return boxes;
  }

  /** One to three side by side before the last, which is behind them all. */
  static List<Box> inFront(int number, CounterRandom random) {
    double bottom = random.nextDouble(0.6, 0.75);
    double top = random.nextDouble(MARGIN, 0.12);
    double width = random.nextDouble(0.75, ROOM);
    double left = random.nextDouble(MARGIN, 1 - MARGIN - width);
    var boxes = new ArrayList<Box>();
    for (int i = 0; i < number - 1; i++) {
      double cell = left + width * i / (number - 1);
      double side = Math.min(width / (number - 1), 0.4);
      double from = random.nextDouble(cell, cell + width / (number - 1) - side);
      boxes.add(
          Boxes.of(
              from,
              random.nextDouble(0.4, 0.5),
              from + side * random.nextDouble(LEAST, 1),
              random.nextDouble(0.82, 1 - MARGIN)));
    }
    boxes.add(Boxes.of(left, top, left + width, bottom));
    return boxes;
  }

  /**
   * A box within a cell.
   *
   * @param least of each of the cell's sides that the box has
   */
  private static Box within(
      double x0, double y0, double x1, double y1, double least, CounterRandom random) {
    double width = (x1 - x0) * random.nextDouble(least, 1);
    double height = (y1 - y0) * random.nextDouble(least, 1);
    double left = x0 + random.nextDouble(0, x1 - x0 - width);
    double top = y0 + random.nextDouble(0, y1 - y0 - height);
    return Boxes.of(left, top, left + width, top + height);
  }
}
