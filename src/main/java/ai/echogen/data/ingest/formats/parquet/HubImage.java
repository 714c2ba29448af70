package ai.echogen.data.ingest.formats.parquet;

import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.BYTES;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.STRUCT;
import static ai.echogen.data.ingest.formats.parquet.ParquetFooter.Kind.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The column {@code image} of data sets of the Hugging Face Hub ({@code datasets}, Image): a struct
 * of bytes and path, either of which may be null; some have the bytes alone, or the path.
 */
final class HubImage {
  static final String COLUMN = "image";
  static final ParquetFooter.Kind[] KINDS = {STRUCT, BYTES, TEXT};

  private HubImage() {}

  /** Columns, and the image's if a file has one. */
  static List<String> with(List<String> columns, ParquetFooter footer) {
    return footer.has(COLUMN, KINDS)
        ? Stream.concat(columns.stream(), Stream.of(COLUMN)).toList()
        : columns;
  }

  /** The image's file, if the row has it. */
  static Optional<byte[]> content(JsonNode row) {
    var image = row.path(COLUMN);
    return (image.isObject() ? image.path("bytes") : image) instanceof BinaryNode bytes
        ? Optional.of(bytes.binaryValue())
        : Optional.empty();
  }

  /** Its path; empty if there is none. */
  static String path(JsonNode row) {
    var image = row.path(COLUMN);
    var path = image.isObject() ? image.path("path") : image;
    return path.isTextual() ? path.textValue().strip() : "";
  }
}
