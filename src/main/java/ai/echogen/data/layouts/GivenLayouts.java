package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.storage.LocalFiles;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layouts that somebody has, chosen by their sizes and put into a random order; their boxes may get
 * other phrases.
 *
 * @param bounds of which the numbers of regions and the least area hold; a layout that does not
 *     keep them is left out
 * @param phrases what the boxes are to be named in place of their own; null to keep these
 */
public record GivenLayouts(long seed, LayoutBounds bounds, @Nullable PhraseList phrases)
    implements Serializable {
  private static final int KEY = 4; // tells its random numbers from other sources'
  private static final int LONGEST_ID = 120; // letters that a line of layouts allows

  public GivenLayouts {
    if (phrases != null) {
      phrases.require(bounds.maxRegions());
    }
  }

  /** What becomes of a layout. */
  public LayoutSource.Made layout(NamedLayout named) {
    var id = named.id();
    var layout = named.layout();
    if (id.length() > LONGEST_ID) {
      return leftOut(id, "id of more than 120 letters");
    }
    if (layout.regions().size() < bounds.minRegions()) {
      return leftOut(id, "fewer regions than minRegions");
    }
    if (layout.regions().size() > bounds.maxRegions()) {
      return leftOut(id, "more regions than maxRegions");
    }
    if (layout.regions().stream().anyMatch(region -> region.box().area() < bounds.minArea())) {
      return leftOut(id, "a box smaller than minArea");
    }
    return new LayoutSource.Made(
        id, Optional.of(phrases == null ? named(layout) : named(id, layout, phrases)), List.of());
  }

  private static LayoutSource.Made leftOut(String id, String why) {
    return new LayoutSource.Made(id, Optional.empty(), List.of(Finding.dropped(why, id)));
  }

  /** A category that is blank is the phrase. */
  private static Layout named(Layout layout) {
    var regions =
        layout.regions().stream()
            .map(
                region ->
                    region.category().isBlank()
                        ? new Region(region.phrase(), region.phrase(), region.box())
                        : region)
            .toList();
    return new Layout(layout.caption(), regions);
  }

  private Layout named(String id, Layout layout, PhraseList names) {
    long hash = ByteBuffer.wrap(digest(id)).getLong();
    var drawn = names.draw(layout.regions().size(), CounterRandom.of(seed, KEY, hash));
    var regions = new ArrayList<Region>();
    for (int i = 0; i < drawn.size(); i++) {
      regions.add(new Region(drawn.get(i), drawn.get(i), layout.regions().get(i).box()));
    }
    return new Layout(Wording.caption(drawn), regions);
  }

  /** Where a layout stands among the others: texts that are sorted. */
  public String order(String id) {
    return HexFormat.of().formatHex(digest(seed + " " + id));
  }

  private static byte[] digest(String text) {
    return LocalFiles.newSha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
