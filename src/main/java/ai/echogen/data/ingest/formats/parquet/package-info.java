/**
 * Images and annotations as rows of Parquet.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.parquet;

import org.jspecify.annotations.NullMarked;
