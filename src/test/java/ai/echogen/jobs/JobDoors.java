package ai.echogen.jobs;

import ai.echogen.Door;
import ai.echogen.jobs.draw.AgreementTally;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What jobs keep for themselves while they are at work. */
public final class JobDoors {
  private JobDoors() {}

  /** Writes whole files into an empty folder. */
  public static List<Door> in(Path folder) throws IOException {
    var tally = new AgreementTally();
    tally.add(2, new double[] {0.125, 0.375}, 0.375, false);
    tally.add(3, new double[] {0.25}, 0.25, true);
    tally.write(Location.of(folder.resolve("part-000001.json")));
    return List.of(
        Door.json(folder, "part-000001.json", JobDoors::tally).named("agreement").strict());
  }

  private static Object tally(Path folder) throws IOException {
    return AgreementTally.read(Location.of(folder.resolve("part-000001.json"))).json();
  }
}
