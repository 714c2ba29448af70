/**
 * Metrics, from boxes and pixels alone.
 *
 * <p>May import: layout.
 */
@NullMarked
package ai.echogen.scoring.metrics;

import org.jspecify.annotations.NullMarked;
