package ai.echogen.data.shards;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class RowCheckTest {
  private static final StructType SCHEMA =
      Sample.SCHEMA
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("tokenizer", DataTypes.StringType);
  private static final ShardFile FILE = new ShardFile("f", "train", 4, "a", "c", 1, "");
  private static final StructType REGION =
      (StructType) ((ArrayType) SCHEMA.apply("regions").dataType()).elementType();
  private static final StructType IMAGE = (StructType) SCHEMA.apply("image").dataType();

  @Test
  void aWholeRowPasses() {
    assertThatCode(() -> new RowCheck(SCHEMA, FILE).require(row("none", null), 0, "f: row 0"))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsWrongIsNamedWithPlaceIdAndColumn() {
    refused("id", null, "f: row 0: id is null");
    refused("id", " ", "f: row 0 ( ): id is blank");
    refused("caption", null, "f: row 0 (a): caption is null");
    refused("caption", "a".repeat((1 << 20) + 1), "caption has 1048577 letters, more than 1048576");
    refused("split", null, "split is null");
    refused("tokenizer", "", "tokenizer is blank");
    refused("width", 0, "width must be 1 to 16777216 pixels, got 0");
    refused("height", null, "height must be 1 to 16777216 pixels, got null");
    refused("image", null, "image is null");
    refused("image", image(null), "image is null");
    refused("image", image(new byte[0]), "image is empty");
    refused("codes", null, "codes is null");
    refused("codes", seq(3, null), "codes [1] must be a code, got null");
    refused("codes", seq(-1), "codes [0] must be a code, got -1");
    refused("regions", null, "regions is null");
    refused("regions", seq(region("a", 0f, 0f, 1f, 1f), null), "regions [1] is null");
    refused("regions", seq(region(null, 0f, 0f, 1f, 1f)), "regions [0] has no phrase");
    refused("regions", seq(region("a", 0f, null, 1f, 1f)), "regions [0] has no y0");
    refused(
        "regions",
        seq(region("a".repeat((1 << 20) + 1), 0f, 0f, 1f, 1f)),
        "regions [0] phrase has 1048577 letters");
    refused("regions", seq(region("a", 0f, 0f, 0f, 1f)), "regions [0] has no box from 0 to 1");
    refused("regions", seq(region("a", 0f, 0f, 2f, 1f)), "[0.0, 0.0, 2.0, 1.0]");
    refused("regions", seq(region("a", Float.NaN, 0f, 1f, 1f)), "[NaN, 0.0, 1.0, 1.0]");
  }

  /** The manifest and the file may agree on another one. */
  @Test
  void aColumnOfAnotherTypeIsRefused() {
    for (var name : SCHEMA.fieldNames()) {
      var other =
          Arrays.stream(SCHEMA.fields())
              .map(
                  f ->
                      f.name().equals(name)
                          ? f.copy(name, DataTypes.DateType, true, f.metadata())
                          : f)
              .toArray(StructField[]::new);
      assertThatThrownBy(() -> new RowCheck(new StructType(other), FILE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("f: its " + name + " are DATE, not ");
    }
    var narrow = REGION.add("score", DataTypes.DoubleType).fields();
    narrow[2] = DataTypes.createStructField("x0", DataTypes.DoubleType, true);
    var regions = DataTypes.createArrayType(new StructType(narrow));
    assertThatThrownBy(() -> new RowCheck(new StructType().add("regions", regions), FILE))
        .hasMessageContaining("x0: DOUBLE");
  }

  @Test
  void anIdIsInAFileOnce() {
    var check = new RowCheck(SCHEMA, FILE);
    check.require(row("none", null), 0, "f: row 0");
    assertThatThrownBy(() -> check.require(row("none", null), 1, "f: row 1"))
        .hasMessageContaining("f: row 1: the id a is there twice");
  }

  /** Files that were exchanged, or copied over another, may have one size. */
  @Test
  void rowsAreThoseThatTheManifestMeans() {
    for (var id : List.of("_", "aa", "d")) {
      assertThatThrownBy(() -> new RowCheck(SCHEMA, FILE).require(row("id", id), 0, "f: row 0"))
          .hasMessageContaining("the id %s is not of this file".formatted(id))
          .hasMessageContaining("has a to c in order");
    }
    var check = new RowCheck(SCHEMA, FILE);
    check.require(row("id", "b"), 1, "f: row 1");
    assertThatThrownBy(() -> check.require(row("id", "ab"), 2, "f: row 2"))
        .hasMessageContaining("the id ab is not of this file");
    assertThatThrownBy(() -> check.require(row("id", "bb"), 3, "f: row 3"))
        .hasMessageContaining("the id bb is not of this file");
    assertThatThrownBy(
            () -> new RowCheck(SCHEMA, FILE).require(row("split", "test"), 0, "f: row 0"))
        .hasMessageContaining("f: row 0 (a): is of the split test, where the manifest has train");
  }

  @Test
  void onlyWhatIsReadIsLookedAt() {
    var schema = new StructType().add("caption", DataTypes.StringType);
    var row = new GenericRowWithSchema(new Object[] {"a"}, schema);
    var check = new RowCheck(schema, FILE);
    assertThatCode(() -> check.require(row, 0, "f: row 0")).doesNotThrowAnyException();
    assertThatCode(() -> check.require(row, 1, "f: row 1")).doesNotThrowAnyException();
  }

  private static void refused(String column, @Nullable Object value, String said) {
    assertThatThrownBy(() -> new RowCheck(SCHEMA, FILE).require(row(column, value), 0, "f: row 0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said)
        .hasMessageStartingWith("f: row 0")
        .hasMessageEndingWith("; make the directory again");
  }

  private static Row row(String column, @Nullable Object value) {
    var values =
        new ArrayList<@Nullable Object>(
            Arrays.asList(
                "a",
                image(new byte[] {1}),
                8,
                8,
                "",
                seq(region("dog", 0f, 0f, 0.5f, 1f)),
                "s",
                "train",
                seq(0, 7),
                "print"));
    int index = List.of(SCHEMA.fieldNames()).indexOf(column);
    if (index >= 0) {
      values.set(index, value);
    }
    return new GenericRowWithSchema(values.toArray(), SCHEMA);
  }

  private static Row image(byte @Nullable [] bytes) {
    return new GenericRowWithSchema(new Object[] {bytes, "a.png"}, IMAGE);
  }

  private static Row region(
      @Nullable String phrase, Float x0, @Nullable Float y0, Float x1, Float y1) {
    return new GenericRowWithSchema(new Object[] {phrase, x0, y0, x1, y1, "dog"}, REGION);
  }

  private static Object seq(@Nullable Object... values) {
    return JavaConverters.asScalaBuffer(Arrays.asList(values)).toSeq();
  }
}
