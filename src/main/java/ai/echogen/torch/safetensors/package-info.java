/**
 * Safetensors files of any size, read and written in slices.
 *
 * <p>May import: nothing of ours.
 */
@NullMarked
package ai.echogen.torch.safetensors;

import org.jspecify.annotations.NullMarked;
