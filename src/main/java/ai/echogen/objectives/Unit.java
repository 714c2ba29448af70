package ai.echogen.objectives;

import java.util.List;

/**
 * One micro-shard of one step.
 *
 * @param seed of everything random
 * @param firstPlace the first sample's place in the batch
 * @param totals sums of {@link Objective#counts} over the whole batch
 */
public record Unit<S>(long seed, long step, int firstPlace, List<S> samples, long[] totals) {}
