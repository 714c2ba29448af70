package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** How rows of one Parquet file become images. */
public interface RecordFormat extends Serializable {
  /** The columns that are read; others cost nothing. */
  List<String> columns();

  /** Those of them that an id is made of; none if it is made of the row's place. */
  List<String> idColumns();

  /** The id in the data, of a row that has at least its columns; empty if it has none. */
  String id(JsonNode row);

  /**
   * The image of a row.
   *
   * @param row the columns by name, where they are not null
   * @param lost takes what is wrong with a row that gives no image
   */
  Optional<SourceImage> image(JsonNode row, RecordPlace place, List<Finding> lost);

  /** Looks at a file before its rows are read. */
  interface Maker {
    /**
     * How its rows are to be read.
     *
     * @throws IllegalArgumentException if it lacks a column, or has it of another type
     */
    RecordFormat of(ParquetFooter footer);
  }
}
