package ai.echogen.data.shards;

import ai.echogen.data.LocalSpark;
import java.nio.file.Path;
import java.util.List;

/** What a shard directory says that was left out, as any reader of Parquet has it. */
public final class LeftOut {
  private LeftOut() {}

  /** A text {@code reason: what} for each row of the table, in its order. */
  public static List<String> read(Path shards) {
    var rows = LocalSpark.session().read().parquet(shards.resolve("left-out.parquet").toString());
    return rows.select("reason", "what").collectAsList().stream()
        .map(row -> row.getString(0) + ": " + row.getString(1))
        .toList();
  }
}
