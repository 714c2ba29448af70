package ai.echogen.train.checkpoint;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Some of the state.
 *
 * @param step that it stands at
 * @param names what each tensor is called; the weights are {@code weights}
 * @param tensors flat (P) each, or empty
 */
public record StateShard(String key, long step, List<String> names, List<NDArray> tensors) {}
