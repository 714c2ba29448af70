package ai.echogen.objectives;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.TextIds;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens PMTP wherever it is trained: in one form, or in a shared form first and in plain causal
 * form at the end.
 */
public final class PmtpSource implements ObjectiveSource<LayoutTokens> {
  private static final long serialVersionUID = 1;

  private final DecoderConfig model;
  private final ImageCodes codes;
  private final TextIds ids;
  private final @Nullable VisionConfig vision;
  private final AttentionForm form;
  private final PmtpObjective.Settings settings;
  private final long firstCausalStep;
  private final @Nullable LoraConfig lora;
  private final @Nullable Location base;
  private final transient @Nullable Weights frozen;

  private PmtpSource(
      Decoder decoder,
      PmtpObjective.Settings settings,
      long firstCausalStep,
      @Nullable LoraConfig lora,
      @Nullable Location base,
      @Nullable Weights frozen) {
    this.model = decoder.config();
    this.codes = decoder.codes();
    this.ids = decoder.ids();
    this.vision = decoder.vision().orElse(null);
    this.form = decoder.form();
    this.settings = settings;
    this.firstCausalStep = firstCausalStep;
    this.lora = lora;
    this.base = base;
    this.frozen = frozen;
  }

  /**
   * Trains the whole model.
   *
   * @param decoder says which; not kept
   * @param firstCausalStep first step in plain causal form, such as the last but a quarter
   */
  public static PmtpSource ofModel(
      Decoder decoder, PmtpObjective.Settings settings, long firstCausalStep) {
    return new PmtpSource(decoder, settings, firstCausalStep, null, null, null);
  }

  /**
   * Trains an adapter.
   *
   * @param base directory of the frozen weights, which other JVMs read
   * @param frozen the same, for this JVM; the caller keeps and closes them
   */
  public static PmtpSource ofAdapter(
      Decoder decoder,
      PmtpObjective.Settings settings,
      long firstCausalStep,
      LoraConfig lora,
      Location base,
      Weights frozen) {
    return new PmtpSource(decoder, settings, firstCausalStep, lora, base, frozen);
  }

  @Override
  public Objective<LayoutTokens> open(Device device) throws IOException {
    var opened = new ArrayList<AutoCloseable>();
    Weights base = null;
    if (lora != null) {
      base = frozen;
      if (base == null || !base.flat().getDevice().equals(device)) {
        base = readBase(device);
        opened.add(base);
      }
    }
    var first = objective(form, base, opened);
    var last = form.isPlainCausal() ? first : objective(AttentionForm.SEPARATE, base, opened);
    return new Opened(first, last, firstCausalStep, opened);
  }

  private PmtpObjective objective(
      AttentionForm inForm, @Nullable Weights base, List<AutoCloseable> opened) {
    var decoder =
        new Decoder(
            model, codes, ids, inForm, Optional.ofNullable(vision), Optional.ofNullable(lora));
    opened.add(decoder);
    var objective =
        base == null
            ? new PmtpObjective(decoder, settings)
            : new PmtpObjective(decoder, settings, base);
    opened.add(objective);
    return objective;
  }

  private Weights readBase(Device device) throws IOException {
    try (var decoder =
        new Decoder(
            model,
            codes,
            ids,
            AttentionForm.SEPARATE,
            Optional.ofNullable(vision),
            Optional.empty())) {
      var layout = decoder.parameters().layout();
      return Objects.requireNonNull(base).onDisk(here -> JanusDirectory.read(here, layout, device));
    }
  }

  /** Both forms, each at its time; owns them. */
  private record Opened(
      PmtpObjective first, PmtpObjective last, long firstCausalStep, List<AutoCloseable> opened)
      implements Objective<LayoutTokens> {
    @Override
    public ParameterLayout layout() {
      return first.layout();
    }

    @Override
    public List<ParameterGroup> groups() {
      return first.groups();
    }

    @Override
    public List<String> metrics() {
      return first.metrics();
    }

    @Override
    public long[] counts(LayoutTokens sample) {
      return first.counts(sample);
    }

    @Override
    public Outcome accumulate(
        NDManager manager, NDArray gradient, NDArray weights, Unit<LayoutTokens> unit) {
      return at(unit).accumulate(manager, gradient, weights, unit);
    }

    @Override
    public double[] measure(NDArray weights, Unit<LayoutTokens> unit) {
      return at(unit).measure(weights, unit);
    }

    private PmtpObjective at(Unit<LayoutTokens> unit) {
      return unit.step() < firstCausalStep ? first : last;
    }

    @Override
    public void close() {
      for (int i = opened.size() - 1; i >= 0; i--) {
        try {
          opened.get(i).close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
