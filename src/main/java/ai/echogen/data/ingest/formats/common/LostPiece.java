package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.Reading;
import ai.echogen.data.shards.Finding;
import java.util.List;

/** What the driver has found that belongs to no image. */
public record LostPiece(List<Finding> lost) implements Annotations.Piece {
  private static final long serialVersionUID = 1;

  @Override
  public Reading read() {
    return Reading.of(List.of(), lost);
  }
}
