/**
 * A run of a training: its settings, the model that it starts from, its data, and what it leaves.
 *
 * <p>May import: jobs.cli, jobs.model and what they may import.
 */
@NullMarked
package ai.echogen.jobs.train;

import org.jspecify.annotations.NullMarked;
