package ai.echogen.objectives;

import ai.djl.Device;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens PMTP wherever it is trained: in one form, or in a shared form first and in plain causal
 * form at the end.
 */
public final class PmtpSource implements ObjectiveSource<LayoutTokens> {
  private static final long serialVersionUID = 1;

  private final TransformerSpec spec;
  private final PmtpObjective.Settings settings;
  private final long firstCausalStep;

  /**
   * @param spec in the form of the first steps
   * @param firstCausalStep first step in plain causal form, such as the last but a quarter
   */
  public PmtpSource(TransformerSpec spec, PmtpObjective.Settings settings, long firstCausalStep) {
    this.spec = spec;
    this.settings = settings;
    this.firstCausalStep = firstCausalStep;
  }

  @Override
  public Objective<LayoutTokens> open(Device device) throws IOException {
    var opened = new ArrayList<AutoCloseable>();
    var base = spec.frozen(device, opened);
    var first = objective(spec.form(), base, opened);
    boolean isPlain = spec.form().isPlainCausal();
    var last = isPlain ? first : objective(AttentionForm.SEPARATE, base, opened);
    return new OpenedObjective<>(first, last, firstCausalStep, opened);
  }

  private PmtpObjective objective(
      AttentionForm form, Optional<Weights> base, List<AutoCloseable> opened) {
    var decoder = spec.decoder(form);
    opened.add(decoder);
    var objective = new PmtpObjective(decoder, settings, base);
    opened.add(objective);
    return objective;
  }
}
