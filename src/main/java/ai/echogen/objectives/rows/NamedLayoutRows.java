package ai.echogen.objectives.rows;

import ai.echogen.data.Sample;
import ai.echogen.data.feed.RowDecoder;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.layout.NamedLayout;
import java.util.List;

/**
 * Rows of shards as layouts alone, whether they have images or codes or not. Layouts longer than
 * the grammar allows keep their largest regions.
 */
public record NamedLayoutRows() implements RowDecoder<NamedLayout> {
  private static final int BYTES = 1200;

  @Override
  public List<String> columns() {
    return List.of("id", "caption", "regions");
  }

  @Override
  public Opened<NamedLayout> open() {
    return row -> new NamedLayout(row.getAs("id"), TokenShards.trim(Sample.layout(row)));
  }

  @Override
  public int length(NamedLayout sample) {
    return sample.layout().regions().size();
  }

  @Override
  public int sampleBytes() {
    return BYTES;
  }

  @Override
  public String fingerprint() {
    return "layouts";
  }
}
