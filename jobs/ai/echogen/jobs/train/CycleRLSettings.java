package ai.echogen.jobs.train;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.TrainingRun;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cycle.CycleSettings;
import ai.echogen.train.cycle.FeedPrompts;
import ai.echogen.train.rollout.CycleRollouts;
import java.io.IOException;
import java.util.Optional;

/**
 * The section {@code cycle-rl} of reference.conf.
 *
 * @param init model directory to start from; also the reference
 * @param out directory of the run
 * @param pauseAt step to stop at, to be resumed later
 * @param replay step to make again from the ledger, with those before it; nothing is written
 * @param prompts shard directory or file of JSON lines; random shape scenes if absent
 * @param split of a shard directory
 * @param boxes whose boxes the prompts have
 * @param attributesShare of random shape scenes
 * @param evalPrompts held-out prompts, like {@code prompts}
 * @param data token shards with real samples, for the anchor
 * @param judge who judges at evaluations
 * @param policy how the policy is learnt
 * @param precision what the transformer computes in, drawing and learning
 * @param lora adapter that is trained in place of the whole model
 * @param train how; {@code train.batch} counts prompts
 */
public record CycleRLSettings(
    Location init,
    Location out,
    TrainingRun.Resume resume,
    Optional<Long> pauseAt,
    Optional<Long> replay,
    Optional<Location> prompts,
    String split,
    FeedPrompts.Boxes boxes,
    double attributesShare,
    Optional<Location> evalPrompts,
    Optional<Location> data,
    Judge judge,
    CycleSettings cycle,
    PolicySettings policy,
    Precision precision,
    LoraConfig lora,
    TrainerSettings train) {
  /** Who judges drawings at evaluations. */
  public enum Judge {
    /** The exact detector of shape scenes. */
    SHAPES,
    /** Nobody. */
    NONE
  }

  public CycleRLSettings {
    int updates = cycle.innerEpochs();
    new Check()
        .that(
            "data",
            data.isPresent() || !policy.anchor().isOn(),
            "must be given for policy.anchor.weight: the real samples")
        .that(
            "policy.tokens",
            !policy.tokens().hasBoxes() || cycle.reader() == CycleRollouts.Reader.POLICY,
            "must be codes where cycle.reader is reference: its boxes are not the policy's choice")
        .that(
            "replay",
            replay.filter(step -> step < 1 || step > train.steps()).isEmpty(),
            "must be one of the steps 1 to " + train.steps())
        .that(
            "train.checkpoints.every",
            train.checkpoints().every() % updates == 0,
            "must be a multiple of cycle.innerEpochs = " + updates)
        .that(
            "train.eval.every",
            train.eval().every() % updates == 0,
            "must be a multiple of cycle.innerEpochs = " + updates)
        .that(
            "train.steps",
            train.steps() % updates == 0,
            "must be a multiple of cycle.innerEpochs = " + updates)
        .that(
            "train.exchange.mode",
            !train.exchange().inRounds() || updates % train.exchange().innerSteps() == 0,
            "cycle.innerEpochs must be a multiple of train.exchange.innerSteps in rounds")
        .that(
            "train.eval.patience",
            train.eval().patience() == 0,
            "does not stop a policy: the last weights are the model")
        .orThrow();
  }

  /** The prompts, opened; empty where they are made. */
  public Optional<PromptLayouts> layouts() throws IOException {
    return prompts.isPresent()
        ? Optional.of(PromptLayouts.of(prompts.get(), "prompts", split))
        : Optional.empty();
  }

  /** Held-out prompts, opened: of a place of their own, or of another split of the same. */
  public Optional<PromptLayouts> heldOutLayouts() throws IOException {
    var place = evalPrompts.or(() -> prompts);
    return place.isPresent()
        ? Optional.of(PromptLayouts.of(place.get(), "evalPrompts", train.eval().split()))
        : Optional.empty();
  }
}
