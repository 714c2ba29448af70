package ai.echogen.data.shards;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The files of a shard directory: rows sorted by id, each file written whole by one task. */
final class SortedFiles {
  private static final String FILE = "_file";

  private final ShardPlan plan;
  private final Location dir;

  SortedFiles(ShardPlan plan, Location dir) {
    this.plan = plan;
    this.dir = dir;
  }

  /** The places of the files, in the plan's order. */
  List<Location> places() {
    return plan.slots().stream().map(slot -> dir.child(slot.name())).toList();
  }

  /** Writes the files that are not there. */
  void write(Dataset<Row> rows, StructType columns) throws IOException {
    dir.child(ShardWriter.DATA).makeDirectories();
    var missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    var file = udf(plan.fileOfRow(), DataTypes.IntegerType);
    var all = new ArrayList<Column>();
    for (var name : columns.fieldNames()) {
      all.add(col("`" + name + "`"));
    }
    all.add(file.apply(col("split"), col("id")).as(FILE));
    var wanted = rows.select(all.toArray(Column[]::new));
    if (missing.size() < plan.slots().size()) {
      wanted = wanted.where(col(FILE).isin(missing.toArray()));
    }
    var unused =
        wanted
            .repartition(missing.size(), col(FILE))
            .sortWithinPartitions(FILE, "id")
            .toJavaRDD()
            .mapPartitions(new FileWriter(columns, places()))
            .count();
  }

  private List<Integer> missing() throws IOException {
    var missing = new ArrayList<Integer>();
    var places = places();
    for (int i = 0; i < places.size(); i++) {
      if (!places.get(i).exists()) {
        missing.add(i);
      }
    }
    return missing;
  }

  /** Writes the rows of a partition, which may be those of several files, one after the other. */
  private record FileWriter(StructType columns, List<Location> places)
      implements FlatMapFunction<Iterator<Row>, Integer> {
    @Override
    public Iterator<Integer> call(Iterator<Row> rows) throws IOException {
      var written = new ArrayList<Integer>();
      var row = next(rows);
      while (row != null) {
        int file = row.getInt(columns.size());
        try (var writer = ShardFileWriter.begin(columns)) {
          while (row != null && row.getInt(columns.size()) == file) {
            writer.write(row);
            row = next(rows);
          }
          writer.publish(places.get(file));
        }
        written.add(file);
      }
      return written.iterator();
    }

    private static @Nullable Row next(Iterator<Row> rows) {
      return rows.hasNext() ? rows.next() : null;
    }
  }
}
