package ai.echogen.data;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * One picture with its layout: a row of a sample shard.
 *
 * <p>Columns, in order: {@code id string, image struct<bytes binary, path string>, width int,
 * height int, caption string, regions array<struct<phrase string, x0 float, y0 float, x1 float, y1
 * float, category string>>, source string, split string}. Hugging Face {@code datasets} reads the
 * {@code image} struct as an Image feature.
 *
 * @param image the encoded file (PNG or JPEG), as it was found
 * @param width pixels
 * @param height pixels
 * @param source where the sample came from, such as {@code coco} or {@code shapes}
 * @param split {@code train}, {@code test} or another held-out name
 */
public record Sample(
    String id,
    byte[] image,
    String path,
    int width,
    int height,
    Layout layout,
    String source,
    String split) {
  private static final StructType IMAGE =
      new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
  private static final StructType REGION =
      new StructType()
          .add("phrase", DataTypes.StringType)
          .add("x0", DataTypes.FloatType)
          .add("y0", DataTypes.FloatType)
          .add("x1", DataTypes.FloatType)
          .add("y1", DataTypes.FloatType)
          .add("category", DataTypes.StringType);

  /** The columns of a sample shard. */
  public static final StructType SCHEMA =
      new StructType(
          new StructField[] {
            DataTypes.createStructField("id", DataTypes.StringType, false),
            DataTypes.createStructField("image", IMAGE, true),
            DataTypes.createStructField("width", DataTypes.IntegerType, false),
            DataTypes.createStructField("height", DataTypes.IntegerType, false),
            DataTypes.createStructField("caption", DataTypes.StringType, false),
            DataTypes.createStructField("regions", DataTypes.createArrayType(REGION), false),
            DataTypes.createStructField("source", DataTypes.StringType, false),
            DataTypes.createStructField("split", DataTypes.StringType, false)
          });

  /** This sample as a row of {@link #SCHEMA}. */
  public Row toRow() {
    var regions =
        layout.regions().stream()
            .map(
                r ->
                    RowFactory.create(
                        r.phrase(),
                        r.box().x0(),
                        r.box().y0(),
                        r.box().x1(),
                        r.box().y1(),
                        r.category()))
            .toArray(Row[]::new);
    return RowFactory.create(
        id,
        RowFactory.create(image, path),
        width,
        height,
        layout.caption(),
        regions,
        source,
        split);
  }

  /** The sample in a row that has at least the columns of {@link #SCHEMA}. */
  public static Sample of(Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    return new Sample(
        row.getAs("id"),
        image.getAs("bytes"),
        image.getAs("path"),
        row.getAs("width"),
        row.getAs("height"),
        layout(row),
        row.getAs("source"),
        row.getAs("split"));
  }

  /** The layout in a row that has at least the columns {@code caption} and {@code regions}. */
  public static Layout layout(Row row) {
    List<Region> regions = new ArrayList<>();
    for (Row r : JavaConverters.<Row>seqAsJavaList(row.getSeq(row.fieldIndex("regions")))) {
      regions.add(
          new Region(
              r.getAs("phrase"),
              r.getAs("category"),
              new Box(r.getAs("x0"), r.getAs("y0"), r.getAs("x1"), r.getAs("y1"))));
    }
    return new Layout(row.getAs("caption"), regions);
  }
}
