/**
 * JSON lines that users give: layouts to draw, images to ground.
 *
 * <p>May import: config, layout, storage; Hadoop.
 */
@NullMarked
package ai.echogen.data.lines;

import org.jspecify.annotations.NullMarked;
