/**
 * What a training takes, computed before there is one: work, memory, bytes on the wire, hours. Pure
 * arithmetic: nothing is started, read or written.
 *
 * <p>May import: the other rooms of train.
 */
@NullMarked
package ai.echogen.train.plan;

import org.jspecify.annotations.NullMarked;
