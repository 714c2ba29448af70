/**
 * A text file an image: Ultralytics YOLO.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.yolo;

import org.jspecify.annotations.NullMarked;
