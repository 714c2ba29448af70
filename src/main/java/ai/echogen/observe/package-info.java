/**
 * What a person sees of a run: console lines, JSONL, TensorBoard events, image grids, HTML report.
 *
 * <p>May import: packages up to model; neither Spark nor DJL.
 */
@NullMarked
package ai.echogen.observe;

import org.jspecify.annotations.NullMarked;
