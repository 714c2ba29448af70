package ai.echogen.train.sync;

import java.io.Serializable;

/**
 * A replica that a task speaks for.
 *
 * @param task the task attempt
 * @param executor the JVM; one task of each trains
 * @param host of its transport
 * @param port of its transport
 */
public record Member(long task, String executor, String host, int port) implements Serializable {}
