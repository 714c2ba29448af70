package ai.echogen.data.ingest.formats.common;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.shards.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The pieces of annotations that are a file an image. */
public final class FilePieces {
  private static final int FILES_A_PIECE = 64;

  private FilePieces() {}

  /**
   * Cuts files into pieces, in their order.
   *
   * @param lost what belongs to none of them; a piece of its own, the first, if there is any
   * @param piece what reads some of the files
   */
  public static <T> List<Annotations.Piece> of(
      List<Finding> lost, List<T> files, Function<List<T>, Annotations.Piece> piece) {
    var pieces = new ArrayList<Annotations.Piece>();
    if (!lost.isEmpty()) {
      pieces.add(new LostPiece(List.copyOf(lost)));
    }
    for (int from = 0; from < files.size(); from += FILES_A_PIECE) {
      int to = Math.min(files.size(), from + FILES_A_PIECE);
      pieces.add(piece.apply(List.copyOf(files.subList(from, to))));
    }
    return pieces;
  }
}
