/**
 * One text file for all images, of which tasks read parts: JSON lines, JSON arrays, CSV.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.text;

import org.jspecify.annotations.NullMarked;
