package ai.echogen.jobs.cli;

import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.storage.Location;
import java.io.PrintStream;
import java.util.List;

/** What a job says of the shards that it has written: rows, and everything that it left out. */
public final class ShardReport {
  private ShardReport() {}

  public static void print(Manifest manifest, Location out, PrintStream console) {
    manifest
        .rows()
        .forEach(
            (split, rows) ->
                console.printf(
                    "%-8s %8d rows in %d files%n", split, rows, manifest.files(split).size()));
    reasons("left out", manifest.dropped(), console);
    reasons("kept with a change", manifest.adjusted(), console);
    console.println("wrote " + out);
  }

  private static void reasons(String title, List<Dropped> reasons, PrintStream console) {
    console.println(title + (reasons.isEmpty() ? ": nothing" : ":"));
    for (var reason : reasons) {
      console.printf("%8d  %s%n", reason.count(), reason.reason());
      for (var example : reason.examples()) {
        console.println("            " + example);
      }
      if (reason.count() > reason.examples().size()) {
        console.printf("            and %d more%n", reason.count() - reason.examples().size());
      }
    }
  }
}
