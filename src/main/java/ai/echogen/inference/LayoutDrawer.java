package ai.echogen.inference;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Draws layouts, as a Spark map: each becomes {@code samples} rows of {@link #SCHEMA}.
 *
 * @param model model directory
 * @param mode how it is run
 * @param negativePrompt what guidance leads away from; null for a blank text
 * @param progress counts drawings
 */
public record LayoutDrawer(
    Location model,
    RunMode mode,
    long seed,
    int batch,
    Decoder.Sampling sampling,
    @Nullable String negativePrompt,
    int samples,
    LongAccumulator progress)
    implements FlatMapFunction<Iterator<NamedLayout>, Row> {
  /** The split that drawings belong to. */
  public static final String SPLIT = "generated";

  /** The columns of a token shard, and findings. */
  public static final StructType SCHEMA =
      Sample.SCHEMA
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("tokenizer", DataTypes.StringType, false)
          .add(ShardStore.FINDINGS, ShardStore.FINDINGS_TYPE);

  private record Draft(String id, String ofLayout, int sample, Layout layout, boolean trimmed) {}

  @Override
  public Iterator<Row> call(Iterator<NamedLayout> layouts) throws IOException {
    var loaded = ModelPool.lease(model, mode).untilTaskEnds();
    var tokenizer = loaded.vq().fingerprint();
    Iterable<NamedLayout> once = () -> layouts;
    var drafts = StreamSupport.stream(once.spliterator(), false).flatMap(this::drafts).iterator();
    return new Batches<>(drafts, batch, group -> draw(loaded, tokenizer, group));
  }

  private java.util.stream.Stream<Draft> drafts(NamedLayout named) {
    var layout = TokenShards.trim(named.layout());
    boolean trimmed = layout.regions().size() < named.layout().regions().size();
    return IntStream.range(0, samples)
        .mapToObj(
            sample -> {
              var id = samples == 1 ? named.id() : named.id() + "-" + sample;
              return new Draft(id, named.id(), sample, layout, trimmed);
            });
  }

  private List<Row> draw(JanusModel loaded, String tokenizer, List<Draft> drafts) {
    var noise = new SampleNoise(seed);
    int count = loaded.config().codes().perImage();
    var uniforms =
        drafts.stream()
            .map(draft -> noise.uniforms(draft.ofLayout(), draft.sample(), count))
            .toArray(double[][]::new);
    var codes =
        Drawer.of(loaded)
            .draw(
                loaded.weights().flat(),
                drafts.stream().map(Draft::layout).toList(),
                Optional.ofNullable(negativePrompt),
                uniforms,
                sampling);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < drafts.size(); i++) {
      // One at a time: sums of another batch may be rounded to a neighbouring level.
      var image = loaded.vq().decode(List.of(codes.get(i))).get(0);
      rows.add(row(drafts.get(i), Png.encode(image), codes.get(i), loaded, tokenizer));
    }
    progress.add(drafts.size());
    return rows;
  }

  private static Row row(
      Draft draft, byte[] png, int[] codes, JanusModel loaded, String tokenizer) {
    int side = loaded.config().vq().imageSize();
    var sample =
        new Sample(
                draft.id(),
                png,
                "images/" + FileName.of(draft.id()) + ".png",
                side,
                side,
                draft.layout(),
                "echogen",
                SPLIT)
            .toRow();
    var findings =
        draft.trimmed()
            ? new Row[] {Finding.adjusted(TokenShards.TRIMMED, draft.id()).toRow()}
            : new Row[0];
    var values = new ArrayList<@Nullable Object>();
    for (int i = 0; i < sample.size(); i++) {
      values.add(sample.get(i));
    }
    values.add(IntStream.of(codes).boxed().toArray(Integer[]::new));
    values.add(tokenizer);
    values.add(findings);
    return RowFactory.create(values.toArray());
  }
}
