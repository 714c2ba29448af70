package ai.echogen.notebooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Runs the cells of one notebook, one after the other; what a cell defines, later ones see. */
interface Kernel extends AutoCloseable {
  /**
   * Runs a cell.
   *
   * @return what it leaves below it, as a notebook's file has it
   * @throws CellFailure if a snippet of it cannot be compiled or run
   */
  List<ObjectNode> run(String source) throws CellFailure;

  @Override
  void close();
}
