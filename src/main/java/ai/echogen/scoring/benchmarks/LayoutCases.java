package ai.echogen.scoring.benchmarks;

import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.lines.LineSlice;
import java.util.List;

/**
 * Cases from a file of layouts, which have no pictures.
 *
 * @param side pixels of the square that their boxes are measured in
 */
public record LayoutCases(LineSlice slice, String split, int side) implements CaseSource {
  @Override
  public List<Case> read() {
    return LayoutLines.read(slice).stream().map(named -> Case.of(named, split, side)).toList();
  }
}
