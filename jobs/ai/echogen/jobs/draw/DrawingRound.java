package ai.echogen.jobs.draw;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.Finding;
import ai.echogen.data.shards.FoundSample;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.image.Png;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.SampleNoise;
import ai.echogen.jobs.draw.BestDrawing.Drawing;
import ai.echogen.jobs.draw.BestDrawing.Rule;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.JanusModel;
import ai.echogen.storage.FileName;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Draws some layouts, reads their boxes back and picks the drawings.
 *
 * @param artist draws
 * @param reader reads; the same one or another
 * @param batch most drawings that are made together
 * @param tally what was found is added to it
 */
public record DrawingRound(
    JanusModel artist,
    JanusModel reader,
    Drawing drawing,
    Rule rule,
    int batch,
    AgreementTally tally) {
  /** What a row's column {@code source} says. */
  static final String SOURCE = "model";

  /** Why a layout has no row. */
  public static final String NONE_AGREED = "no drawing agreed";

  private static final String NO_REGIONS = "layout without regions, with which nothing can agree";

  /** A row a layout. */
  List<Row> rows(List<NamedLayout> group) {
    var drawn = group.stream().filter(named -> !named.layout().regions().isEmpty()).toList();
    var codes = new ArrayList<int[]>();
    var agreements = new ArrayList<Double>();
    var all = drafts(drawn);
    for (int from = 0; from < all.size(); from += batch) {
      var some = all.subList(from, Math.min(all.size(), from + batch));
      var made = draw(some);
      codes.addAll(made);
      agreements.addAll(agreements(some, made));
    }
    var rows = new ArrayList<Row>();
    int first = 0; // of a layout's drawings
    for (var named : group) {
      if (named.layout().regions().isEmpty()) {
        rows.add(left(Finding.dropped(NO_REGIONS, named.id())));
      } else {
        int next = first + drawing.number();
        var own = agreements.subList(first, next).stream().mapToDouble(a -> a).toArray();
        rows.add(best(named, codes.subList(first, next), own));
        first = next;
      }
    }
    return rows;
  }

  /** A layout to be drawn for the {@code number}-th time. */
  private record Draft(String id, int number, Layout layout) {}

  private List<Draft> drafts(List<NamedLayout> group) {
    var drafts = new ArrayList<Draft>();
    for (var named : group) {
      var layout = TokenShards.trim(named.layout());
      for (int number = 0; number < drawing.number(); number++) {
        drafts.add(new Draft(named.id(), number, layout));
      }
    }
    return drafts;
  }

  private List<int[]> draw(List<Draft> drafts) {
    var noise = new SampleNoise(drawing.seed());
    int count = artist.config().codes().perImage();
    return Drawer.of(artist)
        .draw(
            artist.weights().flat(),
            drafts.stream().map(Draft::layout).toList(),
            Optional.ofNullable(drawing.negativePrompt()),
            drafts.stream()
                .map(draft -> noise.uniforms(draft.id(), draft.number(), count))
                .toArray(double[][]::new),
            drawing.sampling());
  }

  private List<Double> agreements(List<Draft> drafts, List<int[]> codes) {
    var layouts = drafts.stream().map(Draft::layout).toList();
    var read = read(codes, layouts);
    var agreements = new ArrayList<Double>();
    for (int i = 0; i < layouts.size(); i++) {
      agreements.add(rule.agreement().of(layouts.get(i), read.get(i)));
    }
    return agreements;
  }

  /** From the codes, where the reader's are the same; else from the picture. */
  private List<List<Optional<Box>>> read(List<int[]> codes, List<Layout> layouts) {
    var grounder = Grounder.of(reader);
    var weights = reader.weights().flat();
    boolean readsCodes =
        reader == artist || reader.vq().fingerprint().equals(artist.vq().fingerprint());
    return readsCodes
        ? grounder.ground(weights, codes, layouts)
        : grounder.groundImages(weights, codes.stream().map(this::image).toList(), layouts);
  }

  private Row best(NamedLayout named, List<int[]> codes, double[] agreements) {
    int best = 0;
    for (int i = 1; i < agreements.length; i++) {
      best = agreements[i] > agreements[best] ? i : best;
    }
    var layout = TokenShards.trim(named.layout());
    boolean isKept = agreements[best] >= rule.least();
    tally.add(layout.regions().size(), agreements, agreements[best], isKept);
    if (!isKept) {
      var what = String.format(Locale.ROOT, "%s (best %.3f)", named.id(), agreements[best]);
      return left(Finding.dropped(NONE_AGREED, what));
    }
    boolean trimmed = layout.regions().size() < named.layout().regions().size();
    return new FoundSample(
            sample(named.id(), layout, codes.get(best)),
            trimmed ? List.of(Finding.adjusted(TokenShards.TRIMMED, named.id())) : List.of())
        .toRow();
  }

  private static Row left(Finding why) {
    return new FoundSample(null, List.of(why)).toRow();
  }

  /** One at a time: sums of another batch may be rounded to a neighbouring level. */
  private BufferedImage image(int[] codes) {
    return artist.vq().decode(List.of(codes)).get(0);
  }

  private Sample sample(String id, Layout layout, int[] codes) {
    var image = image(codes);
    return new Sample(
        id,
        Png.encode(image),
        FileName.of(id) + ".png",
        image.getWidth(),
        image.getHeight(),
        layout,
        SOURCE,
        rule.split());
  }
}
