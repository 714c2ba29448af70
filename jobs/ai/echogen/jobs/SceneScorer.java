package ai.echogen.jobs;

import ai.echogen.data.Sample;
import ai.echogen.data.scenes.ShapeFamily;
import ai.echogen.engine.ModelCache;
import ai.echogen.eval.Detection;
import ai.echogen.eval.Psnr;
import ai.echogen.eval.ShapeDetector;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.AttentionForm;
import ai.echogen.model.Decoder;
import ai.echogen.model.JanusModel;
import ai.echogen.model.Pixels;
import ai.echogen.observe.Png;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * What a model makes of held-out token shards, as a Spark map over their rows: boxes read from the
 * true codes, a drawing of the layout, boxes read back from it, and what the detector sees in the
 * drawing, in the true codes' decoding and in the original.
 *
 * @param model model directory
 * @param form attention form to run it in; null for the one it was finished in
 * @param family what the detector looks for; null where there is no detector for such images
 * @param wrongLayouts also read boxes with another sample's layout in the text before the image
 */
record SceneScorer(
    String model,
    @Nullable AttentionForm form,
    @Nullable ShapeFamily family,
    long seed,
    int batch,
    Decoder.Sampling sampling,
    boolean wrongLayouts)
    implements FlatMapFunction<Iterator<Row>, SceneScorer.Scored> {

  /**
   * One held-out sample; a box is null where none could be read.
   *
   * @param drawing PNG
   * @param squaredError of the true codes' decoding against the original, mean over the channels
   * @param wrongLayout the layout that stood in the text, and the boxes that were read all the same
   */
  record Scored(
      String id,
      Layout layout,
      List<@Nullable Box> read,
      byte[] drawing,
      List<@Nullable Box> readBack,
      List<Detection> inDrawing,
      List<Detection> inDecoding,
      List<Detection> inOriginal,
      double squaredError,
      @Nullable Layout wrongLayout,
      List<@Nullable Box> underWrongLayout)
      implements Serializable {}

  @Override
  public Iterator<Scored> call(Iterator<Row> rows) throws IOException {
    var loaded = ModelCache.model(model, form);
    return new Batches<>(rows, batch, group -> score(loaded, group));
  }

  private List<Scored> score(JanusModel loaded, List<Row> rows) {
    var layouts = rows.stream().map(Sample::layout).toList();
    var codes = rows.stream().map(SceneScorer::codes).toList();
    var originals = rows.stream().map(row -> original(loaded, row)).toList();
    var read = loaded.ground(codes, layouts);
    var noise = new SampleNoise(seed);
    var uniforms = new double[rows.size()][];
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = noise.uniforms(rows.get(i).getAs("id"), 0, codes.get(i).length);
    }
    var drawn = loaded.draw(layouts, uniforms, sampling);
    var readBack = loaded.ground(drawn, layouts);
    var drawings = loaded.decode(drawn);
    var decodings = loaded.decode(codes);
    var wrong = wrongLayouts ? wrongLayouts(layouts) : List.<@Nullable Layout>of();
    var underWrong =
        wrongLayouts
            ? underWrong(loaded, layouts, wrong, codes, read)
            : List.<List<Optional<Box>>>of();
    var scored = new ArrayList<Scored>();
    for (int i = 0; i < rows.size(); i++) {
      boolean asked = wrongLayouts && wrong.get(i) != null;
      scored.add(
          new Scored(
              rows.get(i).getAs("id"),
              layouts.get(i),
              nullable(read.get(i)),
              Png.encode(drawings.get(i)),
              nullable(readBack.get(i)),
              detect(drawings.get(i)),
              detect(decodings.get(i)),
              detect(originals.get(i)),
              Psnr.meanSquare(originals.get(i), decodings.get(i)),
              asked ? wrong.get(i) : null,
              asked ? nullable(underWrong.get(i)) : List.of()));
    }
    return scored;
  }

  /** Each layout with the boxes of the next one in the batch that has as many regions. */
  private static List<@Nullable Layout> wrongLayouts(List<Layout> layouts) {
    var wrong = new ArrayList<@Nullable Layout>();
    for (int i = 0; i < layouts.size(); i++) {
      Layout found = null;
      for (int step = 1; step < layouts.size() && found == null; step++) {
        var other = layouts.get((i + step) % layouts.size());
        if (other.regions().size() == layouts.get(i).regions().size()) {
          found = withBoxesOf(layouts.get(i), other);
        }
      }
      wrong.add(found);
    }
    return wrong;
  }

  private static Layout withBoxesOf(Layout layout, Layout other) {
    var regions = new ArrayList<Region>();
    for (int i = 0; i < layout.regions().size(); i++) {
      var region = layout.regions().get(i);
      regions.add(new Region(region.phrase(), region.category(), other.regions().get(i).box()));
    }
    return new Layout(layout.caption(), regions);
  }

  /**
   * Boxes read with the wrong layout in the text. Where the tasks have contexts of their own, no
   * drawing text stands before a question, and the boxes are those of the bare image.
   */
  private static List<List<Optional<Box>>> underWrong(
      JanusModel loaded,
      List<Layout> layouts,
      List<@Nullable Layout> wrong,
      List<int[]> codes,
      List<List<Optional<Box>>> bare) {
    if (loaded.decoder().form().isPlainCausal()) {
      return bare;
    }
    var texts = new ArrayList<int[]>();
    for (int i = 0; i < layouts.size(); i++) {
      var layout = wrong.get(i);
      texts.add(loaded.grammar().layoutText(layout == null ? layouts.get(i) : layout));
    }
    return loaded.ground(texts, codes, layouts);
  }

  private List<Detection> detect(BufferedImage image) {
    return family == null ? List.of() : new ShapeDetector(family).detect(image);
  }

  private static BufferedImage original(JanusModel loaded, Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    return Pixels.square(Png.decode(image.getAs("bytes")), loaded.config().vq().imageSize());
  }

  private static int[] codes(Row row) {
    return JavaConverters.<Integer>seqAsJavaList(row.getSeq(row.fieldIndex("codes"))).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static List<@Nullable Box> nullable(List<Optional<Box>> boxes) {
    var list = new ArrayList<@Nullable Box>();
    boxes.forEach(box -> list.add(box.orElse(null)));
    return list;
  }
}
