package ai.echogen.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One owner at a time for a directory that a run writes into: a file {@code .lease} that the owner
 * renews while it lives, and that a dead owner loses. On an object store, where several can create
 * the same file at once, the last of them is the owner; another one that went on because it had
 * seen its own first notices at its next renewal.
 *
 * <p>An owner of the same machine is dead when its process is gone; one of another machine, or in
 * another container of this one, when it has not renewed for {@link #PATIENCE}.
 */
public final class DirectoryLease implements AutoCloseable {
  /** How long an owner that nobody can see may be silent. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration RENEWED_EVERY = Duration.ofSeconds(10);
  private static final String FILE = ".lease";
  private static final int LOOKS = 5;
  private static final int LOOK_MILLIS = 50;
  private static final int SETTLE_MILLIS = 1000; // for who looked before, and has not written yet

  /** An owner of whom something is missing is none. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final String NAMESPACE = namespace();
  private static final String HOST = host();

  /**
   * Who writes.
   *
   * @param id of this lease alone
   * @param job what is done
   * @param namespace in which {@code process} means something
   * @param started when the process began, in milliseconds since 1970
   * @param since when the lease was taken, in milliseconds since 1970
   * @param renewed when it was renewed
   */
  public record Owner(
      String id,
      String job,
      String user,
      String host,
      String namespace,
      long process,
      long started,
      long since,
      long renewed) {
    private static Owner ofThisProcess(String job) {
      var process = ProcessHandle.current();
      long now = System.currentTimeMillis();
      return new Owner(
          UUID.randomUUID().toString(),
          job,
          System.getProperty("user.name", "?"),
          HOST,
          NAMESPACE,
          process.pid(),
          startOf(process),
          now,
          now);
    }

    private Owner renewedNow() {
      return new Owner(
          id, job, user, host, namespace, process, started, since, System.currentTimeMillis());
    }

    boolean isAlive() {
      if (!NAMESPACE.isEmpty() && namespace.equals(NAMESPACE)) {
        return ProcessHandle.of(process).filter(found -> startOf(found) == started).isPresent();
      }
      long now = System.currentTimeMillis(); // a clock far ahead of ours would block for ever
      return renewed > now - PATIENCE.toMillis() && renewed <= now + PATIENCE.toMillis();
    }

    private static long startOf(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** For a message: which job, whose, where and since when. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s of %s on %s, process %d, since %s",
          job,
          user,
          host,
          process,
          Instant.ofEpochMilli(since).truncatedTo(ChronoUnit.SECONDS));
    }
  }

  private final Location file;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            var thread = new Thread(runnable, "lease");
            thread.setDaemon(true);
            return thread;
          });
  private Owner owner;
  private volatile boolean isLost;

  private DirectoryLease(Location file, Owner owner) {
    this.file = file;
    this.owner = owner;
    long millis = RENEWED_EVERY.toMillis();
    var unused = timer.scheduleWithFixedDelay(this::renew, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Whether a name in such a directory is that of the lease. */
  public static boolean isLease(String name) {
    return name.startsWith(FILE) || name.startsWith("." + FILE);
  }

  /** Who writes into a directory and lives. */
  public static Optional<Owner> living(Location directory) throws IOException {
    return holder(directory.child(FILE));
  }

  /** Who holds the lease of a file, and lives. */
  static Optional<Owner> holder(Location file) throws IOException {
    return read(file).filter(Owner::isAlive);
  }

  /** Whether the owner that a lease names is dead. */
  static boolean isAbandoned(Location file) throws IOException {
    return read(file).filter(owner -> !owner.isAlive()).isPresent();
  }

  /**
   * Fails while another lives that writes there.
   *
   * @throws IllegalArgumentException naming it
   */
  public static void requireFree(Location directory) throws IOException {
    var living = living(directory);
    if (living.isPresent()) {
      throw new IllegalArgumentException(refusal(directory, living.get()));
    }
  }

  private static String refusal(Location directory, Owner owner) {
    return "%s: is being written by %s; wait for it or stop it, or give another out"
        .formatted(directory, owner);
  }

  /**
   * Takes a directory that exists, from a dead owner too.
   *
   * @param job what others are told
   * @throws IllegalArgumentException if another lives that writes there
   */
  public static DirectoryLease take(Location directory, String job) throws IOException {
    return takeFile(directory.child(FILE), directory, job);
  }

  /** The same by a file of another name, which may lie beside the directory. */
  static DirectoryLease takeFile(Location file, Location directory, String job) throws IOException {
    var mine = Owner.ofThisProcess(job);
    var bytes = JSON.writeValueAsBytes(mine);
    if (!file.createNew(bytes)) {
      var living = holder(file);
      if (living.isPresent()) {
        throw new IllegalArgumentException(refusal(directory, living.get()));
      }
      file.replace(bytes); // of a dead one
    }
    if (file.kind() == StoreKind.OBJECTS) { // several could: the last of them has it
      pause(SETTLE_MILLIS);
    }
    var holder = read(file);
    if (holder.isPresent() && !holder.get().id().equals(mine.id())) {
      throw new IllegalArgumentException(refusal(directory, holder.get()));
    }
    return new DirectoryLease(file, mine);
  }

  private static Optional<Owner> read(Location file) throws IOException {
    for (int look = 0; look < LOOKS; look++) {
      try {
        return Optional.ofNullable(JSON.readValue(file.read(), Owner.class)); // null is JSON too
      } catch (FileNotFoundException | NoSuchFileException e) {
        return Optional.empty();
      } catch (JsonProcessingException e) { // just being written, its writer died, or not ours
        pause(LOOK_MILLIS);
      }
    }
    return Optional.empty();
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void renew() {
    if (isLost) {
      return;
    }
    try {
      var holder = read(file);
      if (holder.isPresent() && !holder.get().id().equals(owner.id())) {
        isLost = true;
        return;
      }
      owner = owner.renewedNow();
      file.replace(JSON.writeValueAsBytes(owner));
    } catch (IOException | RuntimeException e) {
      // The store may be away for a while; the next time may be better.
    }
  }

  /**
   * Fails where another has taken the directory over since, as it may when this process stood still
   * for long.
   */
  public void requireHeld() {
    if (!isHeld()) {
      throw new IllegalStateException(
          file + ": another run has taken the directory over; this one ends without writing more");
    }
  }

  /** Whether, as far as this process has seen, no other has taken the directory over. */
  public boolean isHeld() {
    return !isLost;
  }

  /** Gives the directory back. */
  @Override
  public void close() throws IOException {
    timer.shutdownNow();
    synchronized (this) {
      if (!isLost && read(file).filter(holder -> holder.id().equals(owner.id())).isPresent()) {
        file.delete();
      }
    }
  }

  /** What makes a process number unambiguous: this boot of this machine, and its process names. */
  private static String namespace() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return System.getenv().getOrDefault("HOSTNAME", "an unknown machine");
    }
  }
}
