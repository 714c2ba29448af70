package ai.echogen.data.ingest.formats.parquet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file for tests, whose rows are written as JSON in the schema's form; bytes are texts of
 * Latin letters. Pages have no checksums, as Arrow writes them.
 */
record ParquetFile(
    String schema, Map<String, String> properties, int rowsAGroup, CompressionCodecName codec) {
  /** As Arrow writes lists. */
  static final String DOUBLES = "(LIST) { repeated group list { optional double element; } }";

  private static final int ROWS_A_PAGE = 200;
  private static final int ONE_GROUP = 1_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(100_000_000).build())
                  .build())
          .enable(JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS);

  /** {@code columns} in Parquet's notation. */
  static ParquetFile of(String columns) {
    return new ParquetFile(
        "message schema { " + columns + " }",
        Map.of(),
        ONE_GROUP,
        CompressionCodecName.UNCOMPRESSED);
  }

  ParquetFile with(String key, String value) {
    return new ParquetFile(schema, Map.of(key, value), rowsAGroup, codec);
  }

  ParquetFile with(CompressionCodecName other) {
    return new ParquetFile(schema, properties, rowsAGroup, other);
  }

  /** In groups of so many rows, each of which is a page too. */
  ParquetFile inGroupsOf(int rows) {
    return new ParquetFile(schema, properties, rows, codec);
  }

  Path write(Path file, String... rows) throws IOException {
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file);
    var type = MessageTypeParser.parseMessageType(schema);
    int rowsACheck = rowsAGroup == ONE_GROUP ? ROWS_A_PAGE : rowsAGroup;
    try (var writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration(false))
            .withType(type)
            .withExtraMetaData(properties)
            .withCompressionCodec(codec)
            .withPageWriteChecksumEnabled(false)
            .withPageRowCountLimit(ROWS_A_PAGE)
            .withMinRowCountForPageSizeCheck(rowsACheck) // and for that of groups
            .withMaxRowCountForPageSizeCheck(rowsACheck)
            .withRowGroupSize(rowsAGroup == ONE_GROUP ? 1L << 27 : 1L)
            .build()) {
      for (var row : rows) {
        writer.write(group(type, JSON.readTree(row)));
      }
    }
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    return file;
  }

  private static Group group(MessageType type, JsonNode row) {
    var group = new SimpleGroupFactory(type).newGroup();
    fill(group, type, row);
    return group;
  }

  private static void fill(Group group, GroupType type, JsonNode object) {
    for (var field : type.getFields()) {
      var value = object.path(field.getName());
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        value.forEach(element -> add(group, field, element));
      } else if (!value.isMissingNode() && !value.isNull()) {
        add(group, field, value);
      }
    }
  }

  private static void add(Group group, Type field, JsonNode value) {
    var name = field.getName();
    if (field.isPrimitive()) {
      switch (field.asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> group.add(name, value.intValue());
        case INT64 -> group.add(name, value.longValue());
        case FLOAT -> group.add(name, value.floatValue());
        case DOUBLE -> group.add(name, value.doubleValue());
        case BOOLEAN -> group.add(name, value.booleanValue());
        default -> group.add(name, binary(field, value.textValue()));
      }
      return;
    }
    var type = field.asGroupType();
    var inner = group.addGroup(name);
    if (!value.isArray()) {
      fill(inner, type, value);
    } else if (ListForm.repeatsElements(type)) {
      value.forEach(element -> add(inner, type.getType(0), element));
    } else {
      for (var element : value) {
        var entry = inner.addGroup(0);
        if (!element.isNull()) {
          add(entry, type.getType(0).asGroupType().getType(0), element);
        }
      }
    }
  }

  private static Binary binary(Type field, String text) {
    return field.getLogicalTypeAnnotation() == null
        ? Binary.fromConstantByteArray(text.getBytes(StandardCharsets.ISO_8859_1))
        : Binary.fromString(text);
  }
}
