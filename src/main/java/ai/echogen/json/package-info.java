/**
 * JSON that comes from outside: parsed within limits, its records read strictly.
 *
 * <p>May import: nothing of ours.
 */
@NullMarked
package ai.echogen.json;

import org.jspecify.annotations.NullMarked;
