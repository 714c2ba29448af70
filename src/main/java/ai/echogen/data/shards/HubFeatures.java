package ai.echogen.data.shards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Columns in the words of Hugging Face {@code datasets}, for the key {@code huggingface} of a
 * Parquet file: without it an image is only bytes and a path.
 */
final class HubFeatures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "_type";
  private static final Map<DataType, String> NAMES =
      Map.of(
          DataTypes.IntegerType, "int32",
          DataTypes.LongType, "int64",
          DataTypes.FloatType, "float32",
          DataTypes.DoubleType, "float64",
          DataTypes.BooleanType, "bool");

  private HubFeatures() {}

  /** {@code {"info": {"features": …}}} in one line. */
  static String of(StructType columns) {
    var all = JSON.createObjectNode();
    all.putObject("info").set("features", fields(columns));
    return all.toString();
  }

  private static ObjectNode fields(StructType struct) {
    var features = JSON.createObjectNode();
    for (var field : struct.fields()) {
      features.set(field.name(), feature(field.dataType()));
    }
    return features;
  }

  private static JsonNode feature(DataType type) {
    if (isImage(type)) {
      return JSON.createObjectNode().put(TYPE, "Image");
    }
    if (type instanceof StructType struct) {
      return fields(struct);
    }
    if (type instanceof ArrayType list) {
      return JSON.createArrayNode().add(feature(list.elementType()));
    }
    return JSON.createObjectNode().put("dtype", name(type)).put(TYPE, "Value");
  }

  /** Bytes and a path, as {@code datasets} has images. */
  static boolean isImage(DataType type) {
    return type instanceof StructType struct
        && struct.size() == 2
        && struct.fields()[0].name().equals("bytes")
        && struct.fields()[0].dataType() instanceof BinaryType;
  }

  /** What {@code datasets} calls a type that has no parts. */
  static String name(DataType type) {
    var name = NAMES.get(type);
    return name == null ? type.typeName().toLowerCase(Locale.ROOT) : name;
  }
}
