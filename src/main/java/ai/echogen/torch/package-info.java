/**
 * The tensor substrate: where tensors come from; in the rooms TorchScript modules written by Java,
 * flat weights, safetensors.
 *
 * <p>May import: packages up to data; DJL.
 */
@NullMarked
package ai.echogen.torch;

import org.jspecify.annotations.NullMarked;
