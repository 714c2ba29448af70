package ai.echogen.stages;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.Storage;
import ai.echogen.model.AttentionForm;
import ai.echogen.model.Decoder;
import ai.echogen.model.DecoderConfig;
import ai.echogen.model.ImageCodes;
import ai.echogen.model.JanusDirectory;
import ai.echogen.model.LoraConfig;
import ai.echogen.model.TextIds;
import ai.echogen.model.VisionConfig;
import ai.echogen.torch.ParameterLayout;
import ai.echogen.torch.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens PMTP wherever it is trained: in one form, or in a shared form first and in plain causal
 * form at the end.
 */
public final class PmtpSource implements StageSource<LayoutTokens> {
  private static final long serialVersionUID = 1;

  private final DecoderConfig model;
  private final ImageCodes codes;
  private final TextIds ids;
  private final @Nullable VisionConfig vision;
  private final AttentionForm form;
  private final PmtpStage.Settings settings;
  private final long firstCausalStep;
  private final @Nullable LoraConfig lora;
  private final @Nullable String base;
  private final transient @Nullable Weights frozen;

  private PmtpSource(
      Decoder decoder,
      PmtpStage.Settings settings,
      long firstCausalStep,
      @Nullable LoraConfig lora,
      @Nullable String base,
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
      Decoder decoder, PmtpStage.Settings settings, long firstCausalStep) {
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
      PmtpStage.Settings settings,
      long firstCausalStep,
      LoraConfig lora,
      String base,
      Weights frozen) {
    return new PmtpSource(decoder, settings, firstCausalStep, lora, base, frozen);
  }

  @Override
  public Stage<LayoutTokens> open() throws IOException {
    var opened = new ArrayList<AutoCloseable>();
    Weights base = null;
    if (lora != null) {
      base = frozen;
      if (base == null) {
        base = readBase();
        opened.add(base);
      }
    }
    var first = stage(form, base, opened);
    var last = form.isPlainCausal() ? first : stage(AttentionForm.SEPARATE, base, opened);
    return new Opened(first, last, firstCausalStep, opened);
  }

  private PmtpStage stage(
      AttentionForm inForm, @Nullable Weights base, List<AutoCloseable> opened) {
    var decoder =
        new Decoder(
            model, codes, ids, inForm, Optional.ofNullable(vision), Optional.ofNullable(lora));
    opened.add(decoder);
    var stage =
        base == null ? new PmtpStage(decoder, settings) : new PmtpStage(decoder, settings, base);
    opened.add(stage);
    return stage;
  }

  private Weights readBase() throws IOException {
    var directory = new Path(String.valueOf(base));
    var files = Storage.plain(directory, Storage.ofThisJvm());
    try (var decoder =
            new Decoder(
                model,
                codes,
                ids,
                AttentionForm.SEPARATE,
                Optional.ofNullable(vision),
                Optional.empty());
        var here = Storage.here(files, directory)) {
      return JanusDirectory.read(here.path(), decoder.parameters().layout());
    }
  }

  /** Both forms, each at its time; owns them. */
  private record Opened(
      PmtpStage first, PmtpStage last, long firstCausalStep, List<AutoCloseable> opened)
      implements Stage<LayoutTokens> {
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
    public Result gradient(NDManager manager, NDArray weights, MicroShard<LayoutTokens> shard) {
      return (shard.step() < firstCausalStep ? first : last).gradient(manager, weights, shard);
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
