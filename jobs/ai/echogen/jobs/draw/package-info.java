/**
 * Drawing and reading as jobs do it: what goes in, drawings that are kept, boxes that are read
 * back.
 *
 * <p>May import: jobs.cli, jobs.model and what they may import.
 */
@NullMarked
package ai.echogen.jobs.draw;

import org.jspecify.annotations.NullMarked;
