package ai.echogen.objectives;

import ai.djl.Device;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is trained, as it travels: the transformer's sizes, and an adapter's with its base. */
public final class TransformerSpec implements Serializable {
  private static final long serialVersionUID = 1;

  private final DecoderConfig model;
  private final ImageCodes codes;
  private final TextIds ids;
  private final @Nullable VisionConfig vision;
  private final AttentionForm form;
  private final Precision precision;
  private final @Nullable LoraConfig lora;
  private final @Nullable Location base;
  private final transient @Nullable Weights frozen;

  private TransformerSpec(
      Decoder decoder,
      @Nullable LoraConfig lora,
      @Nullable Location base,
      @Nullable Weights frozen) {
    this.model = decoder.config();
    this.codes = decoder.codes();
    this.ids = decoder.ids();
    this.vision = decoder.vision().orElse(null);
    this.form = decoder.form();
    this.precision = decoder.precision();
    this.lora = lora;
    this.base = base;
    this.frozen = frozen;
  }

  /**
   * The whole model.
   *
   * @param decoder says which; not kept
   */
  public static TransformerSpec ofModel(Decoder decoder) {
    return new TransformerSpec(decoder, null, null, null);
  }

  /**
   * An adapter.
   *
   * @param base directory of the frozen weights, which other JVMs read
   * @param frozen the same, for this JVM; the caller keeps and closes them
   */
  public static TransformerSpec ofAdapter(
      Decoder decoder, LoraConfig lora, Location base, Weights frozen) {
    return new TransformerSpec(decoder, lora, base, frozen);
  }

  /** The form of the decoder that it was made of. */
  public AttentionForm form() {
    return form;
  }

  /**
   * The transformer in one of its forms, with the adapter if there is one; the caller closes it.
   */
  public Decoder decoder(AttentionForm inForm) {
    return new Decoder(
        model,
        codes,
        ids,
        inForm,
        precision,
        Optional.ofNullable(vision),
        Optional.ofNullable(lora));
  }

  /**
   * What an adapter adapts, if one is trained.
   *
   * @param opened gets what the caller must close
   */
  public Optional<Weights> frozen(Device device, List<AutoCloseable> opened) throws IOException {
    if (lora == null) {
      return Optional.empty();
    }
    if (frozen != null && frozen.device().equals(device)) {
      return Optional.of(frozen);
    }
    var read = frozen == null ? read(Objects.requireNonNull(base), device) : frozen.copyTo(device);
    opened.add(read);
    return Optional.of(read);
  }

  /** The weights of a whole model of these sizes; the caller closes them. */
  Weights read(Location directory, Device device) throws IOException {
    try (var decoder =
        new Decoder(
            model,
            codes,
            ids,
            AttentionForm.SEPARATE,
            Optional.ofNullable(vision),
            Optional.empty())) {
      var layout = decoder.parameters().layout();
      return directory.onDisk(here -> JanusDirectory.read(here, layout, device));
    }
  }

  /** Closes what was opened, the last first. */
  static void close(List<AutoCloseable> opened) {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
