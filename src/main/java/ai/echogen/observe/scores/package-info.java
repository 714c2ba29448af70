/**
 * What scoring leaves behind, and the pages made of it: {@link
 * ai.echogen.observe.scores.SampleScores} is a line of {@code samples.jsonl}, {@link
 * ai.echogen.observe.scores.ScoredRun} a directory that {@code score} wrote, {@link
 * ai.echogen.observe.scores.ScoreReport} the report of one or several, and {@link
 * ai.echogen.observe.scores.ComparisonReport} that of two side by side. Cases are shown by {@link
 * ai.echogen.observe.scores.CaseList}, whose script and style are resources beside it.
 *
 * <p>May import: what observe may; neither Spark nor DJL. Numbers over samples and their intervals
 * come from whoever scores.
 */
@NullMarked
package ai.echogen.observe.scores;

import org.jspecify.annotations.NullMarked;
