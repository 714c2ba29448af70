/**
 * Synthesised scenes with exact layouts: coloured shapes, and photographed cut-outs on photographs.
 *
 * <p>May import: packages up to storage, data, data.shards, data.ingest; Spark.
 */
@NullMarked
package ai.echogen.data.synth;

import org.jspecify.annotations.NullMarked;
