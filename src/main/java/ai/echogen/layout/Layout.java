package ai.echogen.layout;

import java.io.Serializable;
import java.util.List;

/** What a picture should show, and where: a caption and its regions, in the order of mention. */
public record Layout(String caption, List<Region> regions) implements Serializable {
  /** The longest layout that the sequence grammar writes. */
  public static final int MAX_REGIONS = 10;

  public Layout {
    regions = List.copyOf(regions);
  }
}
