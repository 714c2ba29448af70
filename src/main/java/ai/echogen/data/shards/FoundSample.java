package ai.echogen.data.shards;

import ai.echogen.data.Sample;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A sample, or none, and what went wrong or was changed on the way to it: a row for {@link
 * ShardStore#write}.
 */
public record FoundSample(@Nullable Sample sample, List<Finding> findings) {
  /** {@link Sample#SCHEMA} and the findings; any column may be null. */
  public static final StructType SCHEMA = schema();

  public FoundSample {
    findings = List.copyOf(findings);
  }

  private static StructType schema() {
    var schema = new StructType();
    for (var field : Sample.SCHEMA.fields()) {
      schema = schema.add(field.name(), field.dataType(), true);
    }
    return schema.add(ShardStore.FINDINGS, ShardStore.FINDINGS_TYPE);
  }

  /** As a row of {@link #SCHEMA}. */
  public Row toRow() {
    var values = new Object[SCHEMA.size()];
    if (sample != null) {
      var row = sample.toRow();
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
    }
    values[values.length - 1] = findings.stream().map(Finding::toRow).toArray(Row[]::new);
    return RowFactory.create(values);
  }
}
