package ai.echogen.scoring.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;

/**
 * Which prediction stands for which region where phrases repeat: predictions of equal phrases are
 * exchanged so that the sum of their IoUs is the largest. The sum, not the hits, so that one
 * assignment serves all thresholds. Phrases are equal without regard to case and blanks.
 *
 * @param predictions by region, the index of the prediction that stands for it
 * @param repeated by region, whether another region has the same phrase
 */
record PhraseAssignment(int[] predictions, boolean[] repeated) {

  /**
   * Finds the assignment (the Hungarian method, in cubic time of the number of equal phrases).
   *
   * @param iou of a region, by its index, with a prediction, by its region's index
   */
  static PhraseAssignment of(List<String> phrases, ToDoubleBiFunction<Integer, Integer> iou) {
    var groups = new LinkedHashMap<String, List<Integer>>();
    for (int i = 0; i < phrases.size(); i++) {
      groups.computeIfAbsent(normal(phrases.get(i)), p -> new ArrayList<>()).add(i);
    }
    var result = new PhraseAssignment(new int[phrases.size()], new boolean[phrases.size()]);
    for (var group : groups.values()) {
      int size = group.size();
      var values = new double[size][size];
      for (int row = 0; size > 1 && row < size; row++) {
        for (int column = 0; column < size; column++) {
          values[row][column] = iou.applyAsDouble(group.get(row), group.get(column));
        }
      }
      var best = best(values);
      for (int row = 0; row < size; row++) {
        result.predictions[group.get(row)] = group.get(best[row]);
        result.repeated[group.get(row)] = size > 1;
      }
    }
    return result;
  }

  /**
   * The column of each row, all different, with the largest sum of values (Kuhn, 1955, with
   * potentials and shortest augmenting paths).
   *
   * @param values square
   */
  static int[] best(double[][] values) {
    int size = values.length;
    var ofRow = new double[size + 1]; // potentials; row and column 0 are a place to start from
    var ofColumn = new double[size + 1];
    var rowOf = new int[size + 1]; // the row that a column is given to
    for (int row = 1; row <= size; row++) {
      var before = new int[size + 1]; // the column before a column on the path
      var slack = new double[size + 1];
      var seen = new boolean[size + 1];
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      rowOf[0] = row;
      int column = 0;
      while (rowOf[column] != 0) {
        seen[column] = true;
        int next = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 1; c <= size; c++) {
          if (!seen[c]) {
            int r = rowOf[column];
            double cost = -values[r - 1][c - 1] - ofRow[r] - ofColumn[c];
            if (cost < slack[c]) {
              slack[c] = cost;
              before[c] = column;
            }
            if (slack[c] < least) {
              least = slack[c];
              next = c;
            }
          }
        }
        for (int c = 0; c <= size; c++) {
          if (seen[c]) {
            ofRow[rowOf[c]] += least;
            ofColumn[c] -= least;
          } else {
            slack[c] -= least;
          }
        }
        column = next;
      }
      while (column != 0) {
        rowOf[column] = rowOf[before[column]];
        column = before[column];
      }
    }
    var columns = new int[size];
    for (int c = 1; c <= size; c++) {
      columns[rowOf[c] - 1] = c - 1;
    }
    return columns;
  }

  /** A phrase without its case and doubled blanks. */
  static String normal(String phrase) {
    return phrase.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }
}
