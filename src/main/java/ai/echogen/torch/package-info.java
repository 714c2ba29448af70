/**
 * The tensor substrate: TorchScript modules written by Java, flat parameters, safetensors.
 *
 * <p>May import: config, layout, data; DJL.
 */
@NullMarked
package ai.echogen.torch;

import org.jspecify.annotations.NullMarked;
