/**
 * Who trains, and with whom: the run on the driver, the tasks on the executors, and what they say
 * to each other. {@link ai.echogen.train.cluster.Training} is the door.
 *
 * <p>May import: the other rooms of train; Spark and DJL.
 */
@NullMarked
package ai.echogen.train.cluster;

import org.jspecify.annotations.NullMarked;
