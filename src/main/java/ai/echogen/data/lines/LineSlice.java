package ai.echogen.data.lines;

import ai.echogen.storage.Location;
import java.io.Serializable;

/**
 * Some consecutive elements of a file of JSON lines.
 *
 * @param offset bytes before the line to start from
 * @param linesBefore lines before it
 * @param skip elements to skip from there
 * @param count elements to read
 */
public record LineSlice(Location file, long offset, long linesBefore, long skip, long count)
    implements Serializable {}
