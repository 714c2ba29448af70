package ai.echogen.train.plan;

import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import java.util.Optional;

/**
 * The transformer that is trained, as a plan knows it: sizes, no weights. It reads images by their
 * codes.
 *
 * @param vocabulary rows of the token embedding
 * @param locationBins cells an axis of the location tokens; 0 where boxes are written in digits
 * @param lora adapter that is trained in place of the whole
 */
public record PlannedModel(
    DecoderConfig decoder,
    ImageCodes codes,
    int vocabulary,
    int locationBins,
    Optional<LoraConfig> lora) {
  /** All weights and how they lie; made anew by each call. */
  public DecoderParameters parameters() {
    return new DecoderParameters(decoder, codes, vocabulary, Optional.empty());
  }

  /** Number of all weights but an adapter's. */
  public long size() {
    return parameters().layout().size();
  }

  /** Number of weights that are trained. */
  public long trained() {
    return lora.map(this::adapterSize).orElseGet(this::size);
  }

  /** Number of weights that are only read. */
  public long frozen() {
    return lora.isPresent() ? size() : 0;
  }

  /** Weights of the layers' matrices: what most of the work is, and what sizes are compared by. */
  public long layerMatrices() {
    return parameters().endOfLayerMatrices();
  }

  /** The same with another adapter, or none. */
  public PlannedModel with(Optional<LoraConfig> adapter) {
    return new PlannedModel(decoder, codes, vocabulary, locationBins, adapter);
  }

  /** A (rank, inputs) and B (outputs, rank) of each matrix that is adapted. */
  private long adapterSize(LoraConfig adapter) {
    return parameters().layerMatrices().stream()
        .filter(matrix -> adapter.targets().contains(matrix.name().replaceAll(".*\\.", "")))
        .mapToLong(matrix -> adapter.rank() * (matrix.rows() + matrix.columns()))
        .sum();
  }
}
