package ai.echogen.objectives;

import ai.echogen.model.decoder.Decoder;
import ai.echogen.objectives.ParameterGroup.Role;
import java.util.ArrayList;
import java.util.List;

/** What the optimiser treats alike of a transformer's weights, or of an adapter's. */
public final class TrainedGroups {
  private TrainedGroups() {}

  /**
   * Each layer's matrices, the other matrices, and the rest; of an adapter, one group of matrices.
   */
  public static List<ParameterGroup> of(Decoder decoder) {
    if (decoder.adapter().isPresent()) {
      return List.of(new ParameterGroup(Role.MATRIX, 0, decoder.trainedLayout().size(), 1));
    }
    var parameters = decoder.parameters();
    var groups = new ArrayList<ParameterGroup>();
    for (var matrix : parameters.layerMatrices()) {
      groups.add(
          new ParameterGroup(Role.HIDDEN_MATRIX, matrix.offset(), matrix.rows(), matrix.columns()));
    }
    long hidden = parameters.endOfLayerMatrices();
    long matrices = parameters.endOfMatrices();
    groups.add(new ParameterGroup(Role.MATRIX, hidden, matrices - hidden, 1));
    groups.add(new ParameterGroup(Role.OTHER, matrices, parameters.layout().size() - matrices, 1));
    return groups;
  }
}
