package ai.echogen.layout;

import java.io.Serializable;

/** A layout and the id that names it. */
public record NamedLayout(String id, Layout layout) implements Serializable {}
