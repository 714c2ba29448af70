package ai.echogen.data.shards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which rows go into which file.
 *
 * @param slots the files to be, by split and then by id
 */
record ShardPlan(List<Slot> slots) {
  /**
   * One file to be.
   *
   * @param place among the {@code places} files of its split
   * @param begin rank of its first row in its split
   * @param end rank after its last row
   * @param first id of its first row; empty until {@link #withIds}
   * @param last id of its last row
   */
  record Slot(
      String split, int place, int places, long begin, long end, String first, String last) {
    String name() {
      return String.format(
          Locale.ROOT, "%s/%s-%05d-of-%05d.parquet", ShardWriter.DATA, split, place, places);
    }

    long rows() {
      return end - begin;
    }

    Rank firstRank() {
      return new Rank(split, begin);
    }

    Rank lastRank() {
      return new Rank(split, end - 1);
    }
  }

  /** The place of a row in its split, by id. */
  record Rank(String split, long rank) implements java.io.Serializable {}

  /** Adds a split's rows, cut into files of nearly equal numbers of rows. */
  static Stream<Slot> cut(String split, long rows, int places) {
    List<Slot> slots = new ArrayList<>();
    for (var place = 0; place < places; place++) {
      var begin = rows * place / places;
      var end = rows * (place + 1) / places;
      slots.add(new Slot(split, place, places, begin, end, "", ""));
    }
    return slots.stream();
  }

  /** This plan with the ids of each file's first and last row. */
  ShardPlan withIds(Map<Rank, String> ids) {
    return new ShardPlan(
        slots.stream()
            .map(
                s ->
                    new Slot(
                        s.split(),
                        s.place(),
                        s.places(),
                        s.begin(),
                        s.end(),
                        ids.getOrDefault(s.firstRank(), ""),
                        ids.getOrDefault(s.lastRank(), "")))
            .toList());
  }

  /** Rows of each split. */
  Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    slots.forEach(slot -> rows.merge(slot.split(), slot.rows(), Long::sum));
    return rows;
  }

  /** Finds the place of a row in {@link #slots}. */
  FileOfRow fileOfRow() {
    return new FileOfRow(
        slots.stream().map(Slot::split).toArray(String[]::new),
        slots.stream().map(Slot::first).toArray(String[]::new));
  }
}
