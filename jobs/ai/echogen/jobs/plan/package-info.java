/**
 * What a training would take, as tables and JSON.
 *
 * <p>May import: jobs.cli, jobs.model and what they may import.
 */
@NullMarked
package ai.echogen.jobs.plan;

import org.jspecify.annotations.NullMarked;
