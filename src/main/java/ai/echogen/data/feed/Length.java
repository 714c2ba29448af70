package ai.echogen.data.feed;

import java.io.Serializable;
import java.util.function.ToIntFunction;

/** A sample's length, in tokens, say: the samples of a batch are of like lengths. */
public interface Length<S> extends ToIntFunction<S>, Serializable {}
