package ai.echogen.objectives;

import ai.djl.Device;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens an objective on the transformer, in one form, wherever it is trained.
 *
 * @param maker makes it
 * @param start directory of the model that training started from, if the objective looks at it
 */
public record TransformerSource<S>(TransformerSpec spec, Maker<S> maker, @Nullable Location start)
    implements ObjectiveSource<S> {
  /** Makes an objective, which owns nothing that it is given. */
  public interface Maker<S> extends Serializable {
    /**
     * @param frozen what an adapter adapts, if one is trained
     * @param reference the whole model that training started from, if it was asked for and no
     *     adapter is trained
     */
    Objective<S> of(Decoder decoder, Optional<Weights> frozen, Optional<Weights> reference);
  }

  @Override
  public Objective<S> open(Device device) throws IOException {
    var opened = new ArrayList<AutoCloseable>();
    var decoder = spec.decoder(spec.form());
    opened.add(decoder);
    var frozen = spec.frozen(device, opened);
    Optional<Weights> reference = Optional.empty();
    if (start != null && frozen.isEmpty()) {
      reference = Optional.of(spec.read(start, device));
      opened.add(reference.get());
    }
    var objective = maker.of(decoder, frozen, reference);
    opened.add(objective);
    return OpenedObjective.of(objective, opened);
  }

  /** The objective that was made by the maker, of one that {@link #open} gave. */
  public static <S> Objective<S> made(Objective<S> opened) {
    return opened instanceof OpenedObjective<S> owning ? owning.first() : opened;
  }
}
