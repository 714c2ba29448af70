/**
 * What readers of several formats share.
 *
 * <p>May import: packages up to storage, json, data, data.ingest.
 */
@NullMarked
package ai.echogen.data.ingest.formats.common;

import org.jspecify.annotations.NullMarked;
