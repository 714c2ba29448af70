package ai.echogen.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.echogen.data.LocalSpark;
import ai.echogen.model.RunMode;
import ai.echogen.model.TinyModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Precision;
import ai.echogen.storage.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPoolTest {
  @TempDir private Path directory;

  @BeforeEach
  void write() throws Exception {
    TinyModel.write(directory, List.of("a red star"));
  }

  @Test
  void lendsOneModelToAllAndAnotherForAnotherForm() throws Exception {
    try (var first = ModelPool.lease(Location.of(directory), RunMode.FINISHED);
        var second = ModelPool.lease(Location.of(directory), RunMode.FINISHED);
        var other =
            ModelPool.lease(
                Location.of(directory), new RunMode(AttentionForm.DIRECT, Precision.FP32));
        var tokenizer = ModelPool.leaseTokenizer(Location.of(directory))) {
      assertThat(first.value()).isSameAs(second.value()).isNotSameAs(other.value());
      assertThat(first.value().weights().device()).isEqualTo(Device.cpu());
      assertThat(tokenizer.value().fingerprint()).isEqualTo(first.value().vq().fingerprint());
    }
  }

  @Test
  void aDirectoryThatWasWrittenAnewIsLoadedAnew() throws Exception {
    try (var before = ModelPool.lease(Location.of(directory), RunMode.FINISHED)) {
      Files.setLastModifiedTime(
          directory.resolve("model.safetensors"), FileTime.fromMillis(1_000_000));
      try (var after = ModelPool.lease(Location.of(directory), RunMode.FINISHED)) {
        assertThat(after.value()).isNotSameAs(before.value());
      }
    }
  }

  @Test
  void aTasksLeaseIsOverWhenItEnds() throws Exception {
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

    assertThat(
            context.parallelize(List.of(1, 2), 2).mapPartitions(new Loader(directory.toString())))
        .satisfies(codes -> assertThat(codes.collect()).containsExactly(16, 16));
    assertThatIllegalStateException()
        .isThrownBy(Loader.last::value)
        .withMessage("the lease is over");

    try (var here = ModelPool.lease(Location.of(directory), RunMode.FINISHED)) {
      assertThatIllegalStateException().isThrownBy(here::untilTaskEnds);
    }
  }

  private record Loader(String directory) implements FlatMapFunction<Iterator<Integer>, Integer> {
    static Lease<?> last;

    @Override
    public Iterator<Integer> call(Iterator<Integer> numbers) throws Exception {
      var lease = ModelPool.lease(Location.of(directory), RunMode.FINISHED);
      last = lease;
      int codes = lease.untilTaskEnds().config().codes().perImage();
      numbers.next();
      return List.of(codes).iterator();
    }
  }
}
