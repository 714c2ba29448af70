/**
 * Protocols, as Spark maps over cases and small reduces: a {@link
 * ai.echogen.scoring.benchmarks.Benchmark} says what a system has to give for a {@link
 * ai.echogen.scoring.benchmarks.Case}, has it judged, and makes numbers of all that was {@link
 * ai.echogen.scoring.benchmarks.Judged}. Systems are a {@link
 * ai.echogen.scoring.benchmarks.PictureSource} or a {@link
 * ai.echogen.scoring.benchmarks.BoxSource}; finished parts are {@link
 * ai.echogen.scoring.benchmarks.KeptParts}. Held-out scenes of ours are scored by {@link
 * ai.echogen.scoring.benchmarks.SceneScorer}.
 *
 * <p>May import: packages up to inference, observe among them, and the other packages of scoring;
 * Spark.
 */
@NullMarked
package ai.echogen.scoring.benchmarks;

import org.jspecify.annotations.NullMarked;
