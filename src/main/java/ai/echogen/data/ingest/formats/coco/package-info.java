/**
 * COCO and what is annotated on it: one JSON file for all images, and refs to its objects.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.coco;

import org.jspecify.annotations.NullMarked;
