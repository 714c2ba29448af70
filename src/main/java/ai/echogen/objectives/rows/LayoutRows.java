package ai.echogen.objectives.rows;

import ai.echogen.data.Sample;
import ai.echogen.data.feed.RowDecoder;
import ai.echogen.data.shards.ImageShards;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Rows of token shards as samples of both tasks. Layouts longer than the grammar allows keep their
 * largest regions.
 *
 * @param tokenizer {@code tokenizer.json} of the text tokenizer
 * @param locationBins of the grammar
 * @param codesBy fingerprint of the VQ tokenizer whose codes they must be
 * @param numCodes codes an image
 * @param imageSide pixels of the images, for models that read them through the vision encoder; 0
 *     for models that read codes
 */
public record LayoutRows(
    String tokenizer, int locationBins, String codesBy, int numCodes, int imageSide)
    implements RowDecoder<LayoutTokens> {
  private static final byte[] NO_PIXELS = {};
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
    return new Reader(this, text, Grammar.of(text, locationBins));
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
    return "%s %d %s %d".formatted(tokenizer, locationBins, codesBy, imageSide);
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
      return new LayoutTokens(
          grammar.layoutText(layout), TokenShards.codes(row), grammar.question(layout), pixels);
    }

    @Override
    public void close() {
      text.close();
    }
  }
}
