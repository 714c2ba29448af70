/**
 * Benchmarks and comparisons, jobs of a jar of their own.
 *
 * <p>May import: everything.
 */
@NullMarked
package ai.echogen.perf;

import org.jspecify.annotations.NullMarked;
