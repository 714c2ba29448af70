package ai.echogen.scoring.metrics;

import ai.echogen.layout.Box;

/**
 * One object that a detector sees.
 *
 * @param score how sure it is, in [0, 1]
 */
public record Detection(String category, Box box, double score) implements java.io.Serializable {}
