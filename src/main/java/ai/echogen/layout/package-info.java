/**
 * Plain geometry: boxes, regions, layouts and how far apart they are.
 *
 * <p>May import: config.
 */
@NullMarked
package ai.echogen.layout;

import org.jspecify.annotations.NullMarked;
