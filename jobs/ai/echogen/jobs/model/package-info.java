/**
 * What jobs ask of a model before they use it: its fingerprint, the words and sizes that it knows.
 *
 * <p>May import: jobs.cli and what it may import.
 */
@NullMarked
package ai.echogen.jobs.model;

import org.jspecify.annotations.NullMarked;
