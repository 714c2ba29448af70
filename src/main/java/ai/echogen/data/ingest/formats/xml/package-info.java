/**
 * An XML file an image: Pascal VOC, Flickr30k Entities.
 *
 * <p>May import: packages up to storage, json, data, data.ingest, data.ingest.formats.common.
 */
@NullMarked
package ai.echogen.data.ingest.formats.xml;

import org.jspecify.annotations.NullMarked;
