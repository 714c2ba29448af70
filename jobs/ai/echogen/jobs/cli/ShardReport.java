package ai.echogen.jobs.cli;

import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** What a job says of the shards that it has written: rows, and everything that it left out. */
public final class ShardReport {
  private ShardReport() {}

  public static void print(Manifest manifest, Location out, PrintStream console) {
    manifest
        .rows()
        .forEach(
            (split, rows) ->
                console.printf(
                    Locale.ROOT,
                    "%-8s %8d rows in %d files%n",
                    split,
                    rows,
                    manifest.files(split).size()));
    reasons("left out", manifest.dropped(), console);
    reasons("kept with a change", manifest.adjusted(), console);
    var leftOut = out.child(ShardStore.LEFT_OUT);
    if (exists(leftOut)) {
      console.println("all that was left out: " + leftOut);
    }
    console.println("wrote " + out);
  }

  private static boolean exists(Location file) {
    try {
      return file.exists();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static void reasons(String title, List<Dropped> reasons, PrintStream console) {
    console.println(title + (reasons.isEmpty() ? ": nothing" : ":"));
    for (var reason : reasons) {
      console.printf(Locale.ROOT, "%8d  %s%n", reason.count(), reason.reason());
      for (var example : reason.examples()) {
        console.println("            " + example);
      }
      if (!reason.examples().isEmpty() && reason.count() > reason.examples().size()) {
        console.printf(
            Locale.ROOT, "            and %d more%n", reason.count() - reason.examples().size());
      }
    }
  }
}
