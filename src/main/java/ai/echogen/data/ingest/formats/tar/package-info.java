/**
 * Images and annotations in tar files: WebDataset, img2dataset.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.tar;

import org.jspecify.annotations.NullMarked;
