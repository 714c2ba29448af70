/**
 * Entry points, one class a job: parse, compose, run, report.
 *
 * <p>May import: every package.
 */
@NullMarked
package ai.echogen.jobs;

import org.jspecify.annotations.NullMarked;
