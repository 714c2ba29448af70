/**
 * Readers of public formats, one a class: files as images with boxes, as they are there.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.lines, data.shards; Spark's
 * Parquet, commons-compress, Pyrolite's pickle.
 */
@NullMarked
package ai.echogen.data.ingest.formats;

import org.jspecify.annotations.NullMarked;
