package ai.echogen.train.checkpoint;

import ai.echogen.storage.Location;
import java.io.Serializable;
import java.util.List;

/**
 * State that lies in a checkpoint.
 *
 * @param files by the stateShard that they hold
 */
public record StoredState(
    Location directory, long step, int skippedInRow, List<CheckpointFile.Written> files)
    implements Serializable {}
