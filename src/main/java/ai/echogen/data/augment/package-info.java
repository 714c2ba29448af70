/**
 * Changed copies of annotated pictures whose boxes are still right: crops, mirrored and turned
 * pictures, other colours, objects of other pictures pasted in, new backgrounds. What {@code
 * AugmentJob} calls is {@link ai.echogen.data.augment.AugmentRows}.
 *
 * <p>May import: packages up to storage, data, data.shards, data.ingest; Spark.
 */
@NullMarked
package ai.echogen.data.augment;

import org.jspecify.annotations.NullMarked;
