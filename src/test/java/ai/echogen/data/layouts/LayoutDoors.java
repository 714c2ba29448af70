package ai.echogen.data.layouts;

import ai.echogen.Door;
import ai.echogen.data.CounterRandom;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** What layouts are made of. */
public final class LayoutDoors {
  private static final LayoutBounds BOUNDS = new LayoutBounds(1, 3, 0.01, 0.5);
  private static final int DRAWN = 5; // layouts

  private LayoutDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    Files.write(
        folder.resolve("statistics.json"), StatisticsJson.of(StatisticsJsonTest.statistics()));
    Files.writeString(folder.resolve("phrases.txt"), "a red dog\n\na  blue\tball\nein Löwe\n");
    return List.of(
        Door.json(folder, "statistics.json", LayoutDoors::drawn).strict(),
        Door.bytes(folder, "phrases.txt", LayoutDoors::phrases));
  }

  /** The statistics, and layouts like those. */
  private static Object drawn(Path folder) {
    var statistics = StatisticsJson.read(Location.of(folder.resolve("statistics.json")));
    if (statistics.regionsPerImage().subList(1, 4).stream().allMatch(count -> count == 0)) {
      return statistics; // what the bounds want, no corpus has: another error
    }
    var layouts = CorpusLayouts.of(statistics, 1, BOUNDS, 2);
    return List.of(statistics, LongStream.range(0, DRAWN).mapToObj(layouts::layout).toList());
  }

  private static Object phrases(Path folder) {
    var list = PhraseList.read(Location.of(folder.resolve("phrases.txt")));
    return List.of(list, list.draw(1, CounterRandom.of(1)));
  }
}
