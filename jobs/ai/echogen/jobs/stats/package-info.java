/**
 * Pages about shards.
 *
 * <p>May import: jobs.cli, jobs.model and what they may import.
 */
@NullMarked
package ai.echogen.jobs.stats;

import org.jspecify.annotations.NullMarked;
