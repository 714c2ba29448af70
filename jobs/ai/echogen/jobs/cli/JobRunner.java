package ai.echogen.jobs.cli;

import ai.echogen.config.Key;
import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainingException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Runs one job from its command line.
 *
 * <p>Exit codes: 0 if it went well, 2 if the user can mend it (an {@link IllegalArgumentException},
 * one line a problem), 1 for anything else (the root cause, where it happened, and our line nearest
 * to it). With {@code ECHOGEN_TRACE=1} in the environment the stack trace follows.
 */
public final class JobRunner {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USER_ERROR = 2;
  private static final String TRACE = "ECHOGEN_TRACE";
  private static final String MEASURE = "--measure";

  /** What {@code ./echogen} takes from the environment, for its help. */
  public static final String ENVIRONMENT =
      """

      From the environment:
        MASTER=local[2]         what Spark runs on, as --master local[2] before the job; all cores here if it is not set
        SPARK_DRIVER_MEMORY=8g  heap of the driver, and of everything with a local master; 4g if it is not set
        SPARK_HOME=DIR          the Spark 3.5 whose spark-submit runs the job
        ECHOGEN_TRACE=1         an error with its whole stack trace""";

  static {
    Locale.setDefault(
        Locale.ROOT); // numbers and letters as programs read them; executors: TrainPlugin
  }

  private final Reference reference;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  public JobRunner(Reference reference, PrintStream out, PrintStream err) {
    this(reference, out, err, System.getenv());
  }

  public JobRunner(
      Reference reference, PrintStream out, PrintStream err, Map<String, String> environment) {
    this.reference = reference;
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
  }

  /** Runs the job and, unless all went well, ends the process. */
  public static void main(Job<?> job, String[] args) {
    StopSignals.install(System.out);
    exit(new JobRunner(Reference.builtIn(), System.out, System.err).run(job, List.of(args)));
  }

  public static void exit(int code) {
    if (code != OK) { // in YARN's cluster mode even System.exit(0) is a failure
      System.exit(code);
    }
  }

  /** Returns the exit code. */
  public <S extends Record> int run(Job<S> job, List<String> args) {
    try {
      runOrThrow(job, args);
      return OK;
    } catch (Throwable e) { // also an UnsatisfiedLinkError of a native library
      return report(job.name(), e);
    }
  }

  /** Tells the user what to mend. */
  public int report(IllegalArgumentException e) {
    printErrors(e);
    return USER_ERROR;
  }

  private int report(String job, Throwable e) {
    if (StopSignals.isAsked()) {
      if (RootCause.chain(e).stream().anyMatch(StopSignals.Stopped.class::isInstance)) {
        out.println(e.getMessage());
      }
      return StopSignals.exitCode(); // anything else is only what was torn down
    }
    if (e instanceof IllegalArgumentException mistake) {
      return report(mistake);
    }
    var chain = RootCause.chain(e);
    var mistakes = chain.stream().filter(JobRunner::isForTheUser).toList();
    if (!mistakes.isEmpty()) { // also where what a library said of it is its cause
      return report((IllegalArgumentException) mistakes.get(mistakes.size() - 1));
    }
    boolean traces = "1".equals(environment.get(TRACE));
    var told = chain.stream().filter(JobRunner::saysAll).findFirst();
    if (told.isPresent()) {
      printErrors(told.get());
    } else {
      var cause = RootCause.of(e);
      var where = cause.where().map(place -> place + ": ").orElse("");
      err.println("error: " + job + ": " + where + printable(cause.what()).replace("\n", "\n  "));
      cause.frame().ifPresent(frame -> err.println("  at " + frame));
      wayOut(cause.what()).ifPresent(line -> err.println("  " + line));
      if (!traces) {
        err.println("  set " + TRACE + "=1 in the environment to see the whole stack trace");
      }
    }
    if (traces) {
      e.printStackTrace(err);
    }
    return FAILED;
  }

  /** What helps where Spark or Java only say what is full. */
  private static Optional<String> wayOut(String what) {
    if (what.contains("spark.driver.maxResultSize")) {
      return Optional.of(
          "give --conf spark.driver.maxResultSize=4g, or 0 for as much as the driver's heap holds");
    }
    if (what.contains("OutOfMemoryError: Java heap space")) {
      return Optional.of(
          "give more heap: SPARK_DRIVER_MEMORY=8g in the environment, which is the heap of all with"
              + " a local master, or --conf spark.executor.memory=8g");
    }
    return Optional.empty();
  }

  private void printErrors(Throwable e) {
    String.valueOf(e.getMessage())
        .lines()
        .forEach(line -> err.println("error: " + printable(line)));
  }

  /** What comes from a file must not move the cursor, or turn the line round. */
  private static String printable(String line) {
    return line.replaceAll("[\\p{Cntrl}&&[^\\t\\n]]|[\\u202A-\\u202E\\u2066-\\u2069]", "\uFFFD");
  }

  private <S extends Record> void runOrThrow(Job<S> job, List<String> args) throws Exception {
    var arguments = new Arguments();
    var commandLine = parse(job, args, arguments);
    if (arguments.help) {
      help(job, commandLine);
    } else if (arguments.version) {
      Build.versions().forEach(out::println);
    } else {
      var settings = Settings.load(reference, job.section(), arguments.files, arguments.overrides);
      var bound = settings.bind(job.settingsType());
      SparkFolders.require(JobContext.sparkConf(job.name()), environment);
      var plan = plan(job, bound, settings);
      if (arguments.dryRun || arguments.measure) {
        dryRun(settings, plan);
      }
      if (arguments.measure || !arguments.dryRun) {
        try (var context = new JobContext(job.name(), args, settings.toJson(), out)) {
          if (arguments.measure) {
            job.measure(bound, context).forEach(out::println);
          } else {
            job.run(bound, context);
          }
        }
      }
    }
  }

  /** What a command line sets, without looking at the inputs that it names. */
  public <S extends Record> S settings(Job<S> job, List<String> args) {
    var arguments = new Arguments();
    parse(job, args, arguments);
    return Settings.load(reference, job.section(), arguments.files, arguments.overrides)
        .bind(job.settingsType());
  }

  /** Runs a job as a part of another one: the same session and console. */
  public static <S extends Record> void runWithin(JobContext outer, Job<S> job, List<String> args)
      throws Exception {
    var runner = new JobRunner(Reference.builtIn(), outer.console(), System.err);
    var arguments = new Arguments();
    parse(job, args, arguments);
    var settings =
        Settings.load(runner.reference, job.section(), arguments.files, arguments.overrides);
    var bound = settings.bind(job.settingsType());
    var unused = plan(job, bound, settings); // checks
    job.run(bound, outer.within(job.name(), args, settings.toJson()));
  }

  private static <S extends Record> List<String> plan(Job<S> job, S bound, Settings settings)
      throws Exception {
    requireWritable(bound);
    job.directory(bound).ifPresent(directory -> directory.require(job.name(), settings.toJson()));
    return job.plan(bound);
  }

  /** What a job makes, it makes below its key {@code out}. */
  private static void requireWritable(Record settings) {
    for (var component : settings.getClass().getRecordComponents()) {
      if (component.getName().equals("out") && component.getType() == Location.class) {
        try {
          component.getAccessor().setAccessible(true);
          ((Location) component.getAccessor().invoke(settings)).requireWritable("out");
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static CommandLine parse(Job<?> job, List<String> args, Arguments arguments) {
    var commandLine = new CommandLine(arguments);
    commandLine.setCommandName("./echogen " + job.name());
    commandLine.getCommandSpec().usageMessage().description(job.summary());
    try {
      commandLine.parseArgs(
          args.stream()
              .map(word -> word.equals("--dry-run=measure") ? MEASURE : word)
              .map(word -> job.shorthands().getOrDefault(word, word))
              .toArray(String[]::new));
    } catch (ParameterException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; see ./echogen " + job.name() + " --help", e);
    }
    return commandLine;
  }

  private void help(Job<?> job, CommandLine commandLine) {
    commandLine.usage(out);
    if (!job.shorthands().isEmpty()) {
      out.printf("%nShort for a key:%n");
      job.shorthands().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(word -> out.printf("  %-10s %s%n", word.getKey(), word.getValue()));
    }
    out.println(ENVIRONMENT);
    out.printf("%nKeys and their defaults:%n");
    reference.keys(job.section()).forEach(this::helpKey);
  }

  private void helpKey(Key key) {
    key.comment().forEach(line -> out.println("  # " + line));
    out.println(
        "  " + key.name() + (key.value().equals("null") ? " (no default)" : " = " + key.value()));
  }

  private void dryRun(Settings settings, List<String> plan) {
    var resolved = settings.resolved();
    var keys = resolved.stream().mapToInt(setting -> setting.key().length()).max().orElse(0);
    var values = resolved.stream().mapToInt(setting -> setting.value().length()).max().orElse(0);
    for (var setting : resolved) {
      out.println(
          pad(setting.key(), keys)
              + " = "
              + pad(setting.value(), Math.min(values, 40))
              + "  # "
              + setting.origin());
    }
    plan.forEach(out::println);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Whether a Spark task ended in one of our own messages to the user. */
  private static boolean isForTheUser(Throwable e) {
    return e instanceof IllegalArgumentException
        && e.getStackTrace().length > 0
        && e.getStackTrace()[0].getClassName().startsWith("ai.echogen.");
  }

  /** Whether the message alone is written for the user. */
  private static boolean saysAll(Throwable e) {
    return e instanceof TrainingException && !RootCause.quotesSpark(e);
  }

  @Command(sortOptions = false)
  private static final class Arguments {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "Read keys from a file, over those of the files before it.")
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--dry-run",
        description =
            "Print every key with its value and origin and what would be done; then stop. "
                + "--dry-run=measure also does a little of a training, to say how long it takes and "
                + "how much memory, and leaves nothing of it.")
    private boolean dryRun;

    @Option(names = MEASURE, hidden = true, description = "What --dry-run=measure is read as.")
    private boolean measure;

    @Option(names = "--help", usageHelp = true, description = "Print this and every key.")
    private boolean help;

    @Option(
        names = "--version",
        versionHelp = true,
        description = "Print all versions, for a report of a fault.")
    private boolean version;

    @Parameters(paramLabel = "key=value", description = "Keys to set, over those of the files.")
    private List<String> overrides = new ArrayList<>();
  }
}
