package ai.echogen.objectives.rows;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.Sample;
import ai.echogen.data.feed.RowDecoder;
import ai.echogen.data.shards.ImageShards;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.Question;
import ai.echogen.tokens.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * Rows of token shards as samples of both tasks. Layouts longer than the grammar allows keep their
 * largest regions, captions longer than the model has room for their start.
 *
 * @param tokenizer {@code tokenizer.json} of the text tokenizer
 * @param locationBins of the grammar
 * @param room of the grammar
 * @param codesBy fingerprint of the VQ tokenizer whose codes they must be
 * @param numCodes codes an image
 * @param codebook codes that there are
 * @param imageSide pixels of the images, for models that read them through the vision encoder; 0
 *     for models that read codes
 * @param absentShare share of the samples that are also asked for something that is not there: a
 *     phrase of {@code phrases} that is none of theirs; which, is a function of the sample's id
 * @param phrases of the data
 */
public record LayoutRows(
    String tokenizer,
    int locationBins,
    int room,
    String codesBy,
    int numCodes,
    int codebook,
    int imageSide,
    double absentShare,
    List<String> phrases)
    implements RowDecoder<LayoutTokens> {
  private static final byte[] NO_PIXELS = {};
  private static final long ABSENT = 0x616273656e74L;
  private static final Box ANYWHERE = new Box(0, 0, 1, 1);
  private static final int TEXT_BYTES = 1200; // of a text, a question and the objects around them

  @Override
  public List<String> columns() {
    return imageSide == 0
        ? List.of("id", "caption", "regions", "codes", "tokenizer")
        : List.of("id", "caption", "regions", "codes", "tokenizer", "image");
  }

  @Override
  public Opened<LayoutTokens> open() {
    var text =
        TextTokenizer.of(tokenizer.getBytes(StandardCharsets.UTF_8), "the model's tokenizer");
    return new Reader(this, text, Grammar.of(text, locationBins, room));
  }

  @Override
  public int length(LayoutTokens sample) {
    return sample.numTokens();
  }

  @Override
  public int sampleBytes() {
    return TEXT_BYTES + Integer.BYTES * numCodes + 3 * imageSide * imageSide;
  }

  @Override
  public String fingerprint() {
    var asked = absentShare == 0 ? "" : " " + absentShare + " " + phrases;
    return String.format(
        Locale.ROOT, "%s %d %d %s %d%s", tokenizer, locationBins, room, codesBy, imageSide, asked);
  }

  private record Reader(LayoutRows rows, TextTokenizer text, Grammar grammar)
      implements Opened<LayoutTokens> {
    @Override
    public LayoutTokens decode(Row row) {
      if (!rows.codesBy().equals(row.getAs("tokenizer"))) {
        throw new IllegalArgumentException(
            "the codes of %s are of the VQ tokenizer %s, not %s: give the one that made them, or tokenize again"
                .formatted(row.getAs("id"), row.getAs("tokenizer"), rows.codesBy()));
      }
      var layout = TokenShards.trim(Sample.layout(row));
      var pixels =
          rows.imageSide() == 0
              ? NO_PIXELS
              : ImageShards.rgb(row, "training data", rows.imageSide());
      int[] text = textOf(row.getAs("id"), layout);
      var asked = question(row.getAs("id"), layout);
      boolean fits = text.length + asked.ids().length <= grammar.room();
      return new LayoutTokens(
          text,
          TokenShards.codes(row, rows.numCodes(), rows.codebook()),
          fits ? asked : grammar.question(layout),
          pixels);
    }

    private int[] textOf(String id, Layout layout) {
      try {
        return grammar.layoutText(layout);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(id + ": " + e.getMessage(), e);
      }
    }

    private Question question(String id, Layout layout) {
      var random = CounterRandom.of(ABSENT, id.hashCode());
      boolean isFull = layout.regions().size() >= Layout.MAX_REGIONS;
      if (isFull || random.nextDouble() >= rows.absentShare() || rows.phrases().isEmpty()) {
        return grammar.question(layout);
      }
      var phrase = rows.phrases().get(random.nextInt(rows.phrases().size()));
      if (layout.regions().stream().anyMatch(region -> region.phrase().equals(phrase))) {
        return grammar.question(layout);
      }
      var regions = new ArrayList<>(layout.regions());
      int place = random.nextInt(regions.size() + 1);
      regions.add(place, new Region(phrase, phrase, ANYWHERE));
      return grammar.question(new Layout(layout.caption(), regions), Set.of(place));
    }

    @Override
    public void close() {
      text.close();
    }
  }
}
