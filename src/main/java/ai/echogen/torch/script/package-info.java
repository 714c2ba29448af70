/**
 * TorchScript text, compiled and called.
 *
 * <p>May import: nothing of ours; DJL.
 */
@NullMarked
package ai.echogen.torch.script;

import org.jspecify.annotations.NullMarked;
