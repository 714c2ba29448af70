/**
 * COCO annotations as samples.
 *
 * <p>May import: config, layout, data; Spark.
 */
@NullMarked
package ai.echogen.data.coco;

import org.jspecify.annotations.NullMarked;
