package ai.echogen.data;

import ai.echogen.layout.Layout;
import java.io.Serializable;

/** A layout and the id that names it. */
public record NamedLayout(String id, Layout layout) implements Serializable {}
