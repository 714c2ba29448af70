/**
 * What the jobs share: the interface of a job, its command line, its directory, its training run.
 *
 * <p>May import: anything below ai.echogen but the jobs themselves.
 */
@NullMarked
package ai.echogen.jobs.cli;

import org.jspecify.annotations.NullMarked;
