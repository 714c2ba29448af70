package ai.echogen.scoring.benchmarks;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardSlice;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Cases from sample or token shards. Boxes are there as shares of the picture in float32, which
 * moves a box of a file by some hundred-thousandths of a pixel.
 *
 * @param slice of the columns {@link #COLUMNS} or {@link #WITH_IMAGES}
 */
public record ShardCases(ShardSlice slice, String split) implements CaseSource {
  /** What is read of a row where its picture is not looked at. */
  public static final List<String> COLUMNS = List.of("id", "width", "height", "caption", "regions");

  /** What is read of a row with its picture. */
  public static final List<String> WITH_IMAGES =
      List.of("id", "image", "width", "height", "caption", "regions");

  @Override
  public List<Case> read() {
    var cases = new ArrayList<Case>();
    try (var rows = slice.open()) {
      rows.forEachRemaining(row -> cases.add(sample(row)));
    }
    return cases;
  }

  private Case sample(Row row) {
    String id = row.getAs("id");
    byte[] bytes = null;
    String path = null;
    if (List.of(row.schema().fieldNames()).contains("image")) {
      Row image = row.getStruct(row.fieldIndex("image"));
      bytes = image == null ? null : image.getAs("bytes");
      path = image == null ? null : image.getAs("path");
    }
    return Case.of(
        id,
        split,
        path == null || path.isBlank() ? id : path,
        row.<Integer>getAs("width"),
        row.<Integer>getAs("height"),
        Sample.layout(row),
        bytes);
  }
}
