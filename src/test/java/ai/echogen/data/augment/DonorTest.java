package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.Sample;
import ai.echogen.image.Fit;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.mutable.WrappedArray;

class DonorTest {
  private static final Augmentation RULES = Rules.of(1, 100).get();

  private static Row row(int width, int height, Region... regions) {
    var sample =
        new Sample(
            "a",
            new byte[] {1},
            "a",
            width,
            height,
            new Layout("", List.of(regions)),
            "s",
            "train");
    var plain = sample.toRow();
    var values = new Object[plain.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = plain.get(i);
    }
    var type = ((ArrayType) Sample.SCHEMA.apply("regions").dataType()).elementType();
    var named =
        Stream.of(plain.<Row[]>getAs(5))
            .map(region -> named(region, (StructType) type))
            .toArray(Row[]::new);
    values[5] = WrappedArray.make(named);
    return new GenericRowWithSchema(values, Sample.SCHEMA);
  }

  private static Row named(Row row, StructType type) {
    var values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return new GenericRowWithSchema(values, type);
  }

  private static Region region(String phrase, float x0, float y0, float x1, float y1) {
    return new Region(phrase, phrase, new Box(x0, y0, x1, y1));
  }

  @Test
  void sizesAreThoseInAPictureOfTheFinalSize() {
    var row = row(400, 200, region("cup", 0, 0, 0.25f, 0.5f));

    // The box has 100 × 100 pixels; squashed to 100 × 100 in all, 25 × 50 of them.
    var squashed = Donor.of(row, RULES).get(0);
    assertThat(squashed.naturalWidth()).isEqualTo(25);
    assertThat(squashed.naturalHeight()).isEqualTo(50);
    assertThat(squashed.width()).isEqualTo(25);
    assertThat(squashed.height()).isEqualTo(50);
    // Cropped, the picture is halved.
    var cropped = Donor.of(row, Rules.of(1, 100).with(Fit.CROP).get()).get(0);
    assertThat(cropped.naturalWidth()).isEqualTo(50);
    assertThat(cropped.naturalHeight()).isEqualTo(50);
    // To be enlarged to the double, twice as many are kept, but no more than there are.
    var enlarged = Rules.of(1, 100).with(new Paste(1, 1, 0.3, 1, 3, false, 9)).get();
    assertThat(Donor.of(row, enlarged).get(0).width()).isEqualTo(75);
    assertThat(Donor.of(row, enlarged).get(0).height()).isEqualTo(100);
  }

  @Test
  void someObjectsCannotBePasted() {
    assertThat(donors(region("cup", 0, 0, 0.3f, 0.3f), region("owl", 0.5f, 0.5f, 0.9f, 0.9f)))
        .containsExactly("cup", "owl");
    assertThat(donors(region("tiny", 0, 0, 0.07f, 0.3f))).isEmpty();
    assertThat(donors(region("large", 0, 0, 0.8f, 0.8f))).isEmpty();
    assertThat(donors(region("long", 0, 0, 0.95f, 0.3f))).isEmpty();
    assertThat(donors(region("left cup", 0, 0, 0.3f, 0.3f))).isEmpty();
    assertThat(donors(region("cup", 0, 0, 0.4f, 0.4f), region("spoon", 0.2f, 0, 0.6f, 0.4f)))
        .as("half of each is that of the other")
        .isEmpty();
    assertThat(donors(region("cup", 0, 0, 0.4f, 0.4f), region("spoon", 0.3f, 0, 0.7f, 0.4f)))
        .as("a quarter")
        .containsExactly("cup", "spoon");
  }

  private static List<String> donors(Region... regions) {
    return Donor.of(row(100, 100, regions), RULES).stream().map(Donor::phrase).toList();
  }
}
