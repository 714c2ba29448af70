package ai.echogen.stages;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.ParameterLayout;
import java.util.List;

/**
 * PMTP in a shared form first and in plain causal form at the end, so that the finished model draws
 * as other software draws.
 */
public final class CausalFinish implements Stage<LayoutTokens> {
  private final PmtpStage shared;
  private final PmtpStage causal;
  private final long from;

  /**
   * Closes both stages when it is closed.
   *
   * @param from first step in plain causal form
   */
  public CausalFinish(PmtpStage shared, PmtpStage causal, long from) {
    this.shared = shared;
    this.causal = causal;
    this.from = from;
  }

  @Override
  public ParameterLayout layout() {
    return causal.layout();
  }

  @Override
  public List<ParameterGroup> groups() {
    return causal.groups();
  }

  @Override
  public List<String> metrics() {
    return causal.metrics();
  }

  @Override
  public Result gradient(NDManager manager, NDArray weights, MicroShard<LayoutTokens> shard) {
    return (shard.step() < from ? shared : causal).gradient(manager, weights, shard);
  }

  @Override
  public void close() {
    shared.close();
    causal.close();
  }
}
