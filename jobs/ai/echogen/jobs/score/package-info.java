/**
 * A run of score: its settings, cases, systems and judges, and what it leaves.
 *
 * <p>May import: jobs.cli, jobs.model and what they may import.
 */
@NullMarked
package ai.echogen.jobs.score;

import org.jspecify.annotations.NullMarked;
