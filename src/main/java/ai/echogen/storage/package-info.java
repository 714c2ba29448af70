/**
 * Files on any Hadoop file system: where they are, directories that appear whole, digests.
 *
 * <p>May import: config; Hadoop, and Spark for its settings.
 */
@NullMarked
package ai.echogen.storage;

import org.jspecify.annotations.NullMarked;
