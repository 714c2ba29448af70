package ai.echogen.jobs.cli;

import ai.echogen.storage.DirectoryLease;
import ai.echogen.storage.Location;
import ai.echogen.train.checkpoint.Checkpoints;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whose an output directory is: one job's, whose name {@code run.json} in it has, and one process's
 * at a time ({@link DirectoryLease}). What somebody else has put there is never written over.
 *
 * @param place the directory
 * @param use what the job does with what it left there before
 */
public record RunDirectory(Location place, Use use) {
  /** What a job does in a directory that it has written before. */
  public enum Use {
    /** It wants one that it has not finished. */
    FRESH,
    /** It goes on where it was. */
    CONTINUED,
    /** It goes on where it was, with the same settings and no others. */
    REPEATED,
    /** It begins again beside what is there. */
    ANEW
  }

  static final String CHECKPOINTS = "checkpoints";

  /** The file that says what made the others. */
  public static final String FILE = "run.json";

  private static final String PROBE = ".writable-";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Fails unless a job may write here, before anything is begun.
   *
   * @param job its name
   * @param settings its resolved settings, as JSON
   * @throws IllegalArgumentException with the reason
   */
  void require(String job, String settings) {
    try {
      var names = names();
      if (names.isEmpty()) {
        return;
      }
      var about = about();
      var owner = about.path("job").asText();
      if (owner.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: already holds %s%s; give another directory, or remove this one first"
                .formatted(
                    place,
                    names.get(0),
                    names.size() > 1
                        ? String.format(Locale.ROOT, " and %d more", names.size() - 1)
                        : ""));
      }
      if (!owner.equals(job)) {
        throw new IllegalArgumentException(
            "%s: is the directory of a `%s`, not of a `%s`; give another out"
                .formatted(place, owner, job));
      }
      if (use == Use.FRESH && about.path("finished").asBoolean()) {
        throw new IllegalArgumentException(
            "%s: already holds the results of a `%s`; give another out, or remove this one first"
                .formatted(place, job));
      }
      if (use == Use.REPEATED && !about.path("settings").equals(JSON.readTree(settings))) {
        throw new IllegalArgumentException(
            "%s: was begun by a `%s` of other settings (%s in it has them); give another out, or the same settings"
                .formatted(place, job, FILE));
      }
      DirectoryLease.requireFree(place);
      if (use == Use.CONTINUED) {
        Checkpoints.requireContinued(place.child(CHECKPOINTS), settings);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": " + e.getMessage(), e);
    }
  }

  /** Takes the directory for a job, until the lease is closed. */
  DirectoryLease take(JobContext context) throws IOException {
    var about = context.provenance();
    var job = about.path("job").asText();
    require(job, context.settingsJson());
    var lease = DirectoryLease.take(place, job);
    for (var left : place.list()) {
      var name = left.getPath().getName();
      if (Location.isPart(name) && !DirectoryLease.isLease(name)) {
        place.child(name).delete(); // of an owner that was stopped while it wrote
      }
    }
    write(about.put("finished", false));
    return lease;
  }

  /** Whether a job that wrote here came to its end. */
  public static boolean isFinished(Location place) throws IOException {
    return new RunDirectory(place, Use.FRESH).about().path("finished").asBoolean();
  }

  /** Notes that the job came to its end, and what it made and of what. */
  void finish(Map<String, String> found) throws IOException {
    var about = about().put("finished", true);
    found.forEach(about::put);
    write(about);
  }

  /**
   * Removes what {@link #take} wrote where nothing else came of the job.
   *
   * @return whether the directory is to go, once its lease is closed
   */
  boolean giveUp() throws IOException {
    if (!names().equals(List.of(FILE)) || isFinished(place)) {
      return false;
    }
    place.child(FILE).delete();
    return true;
  }

  private void write(ObjectNode about) throws IOException {
    place.child(FILE).replace(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(about));
  }

  /** What {@code run.json} says; empty where there is none. */
  private ObjectNode about() throws IOException {
    var file = place.child(FILE);
    try {
      return file.exists() && JSON.readTree(file.read()) instanceof ObjectNode about
          ? about
          : JSON.createObjectNode();
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  private List<String> names() throws IOException {
    return place.list().stream()
        .map(entry -> entry.getPath().getName())
        .filter(
            name ->
                !name.startsWith(PROBE) && !DirectoryLease.isLease(name) && !Location.isPart(name))
        .toList();
  }
}
