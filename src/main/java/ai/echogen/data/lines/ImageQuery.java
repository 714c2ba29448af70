package ai.echogen.data.lines;

import java.io.Serializable;
import java.util.List;

/**
 * An image file, and the phrases whose boxes are to be read from it.
 *
 * @param path where any Hadoop file system has it
 */
public record ImageQuery(String id, String path, String caption, List<String> phrases)
    implements Serializable {
  public ImageQuery {
    phrases = List.copyOf(phrases);
  }
}
