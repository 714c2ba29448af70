package ai.echogen.jobs;

import ai.echogen.config.Key;
import ai.echogen.config.Reference;
import ai.echogen.config.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Runs one job from its command line.
 *
 * <p>Exit codes: 0 if it went well, 2 if the user can mend it (an {@link IllegalArgumentException},
 * one line a problem), 1 for anything else (the root cause in one line, then the stack trace).
 */
public final class JobRunner {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USER_ERROR = 2;

  private final Reference reference;
  private final PrintStream out;
  private final PrintStream err;

  JobRunner(Reference reference, PrintStream out, PrintStream err) {
    this.reference = reference;
    this.out = out;
    this.err = err;
  }

  /** Runs the job and, unless all went well, ends the process. */
  public static void main(Job<?> job, String[] args) {
    exit(new JobRunner(Reference.builtIn(), System.out, System.err).run(job, List.of(args)));
  }

  static void exit(int code) {
    if (code != OK) { // in YARN's cluster mode even System.exit(0) is a failure
      System.exit(code);
    }
  }

  /** Returns the exit code. */
  <S extends Record> int run(Job<S> job, List<String> args) {
    try {
      runOrThrow(job, args);
      return OK;
    } catch (Throwable e) { // also an UnsatisfiedLinkError of a native library
      return report(e);
    }
  }

  int report(Throwable e) {
    var root = rootCause(e);
    if (e instanceof IllegalArgumentException || isOurs(root)) {
      var message = e instanceof IllegalArgumentException ? e.getMessage() : root.getMessage();
      String.valueOf(message).lines().forEach(line -> err.println("error: " + line));
      return USER_ERROR;
    }
    err.println("error: " + root);
    e.printStackTrace(err);
    return FAILED;
  }

  private <S extends Record> void runOrThrow(Job<S> job, List<String> args) throws Exception {
    var arguments = new Arguments();
    var commandLine = parse(job, args, arguments);
    if (arguments.help) {
      help(job, commandLine);
    } else if (arguments.version) {
      out.println(version());
    } else {
      var settings = Settings.load(reference, job.section(), arguments.files, arguments.overrides);
      var bound = settings.bind(job.settingsType());
      var plan = job.plan(bound);
      if (arguments.dryRun) {
        dryRun(settings, plan);
      } else {
        try (var context = new JobContext(job.name(), settings.toJson(), out)) {
          job.run(bound, context);
        }
      }
    }
  }

  /** What a command line sets, without looking at the inputs that it names. */
  <S extends Record> S settings(Job<S> job, List<String> args) {
    var arguments = new Arguments();
    parse(job, args, arguments);
    return Settings.load(reference, job.section(), arguments.files, arguments.overrides)
        .bind(job.settingsType());
  }

  /** Runs a job as a part of another one: the same session and console. */
  static <S extends Record> void runWithin(JobContext outer, Job<S> job, List<String> args)
      throws Exception {
    var runner = new JobRunner(Reference.builtIn(), outer.console(), System.err);
    var arguments = new Arguments();
    parse(job, args, arguments);
    var settings =
        Settings.load(runner.reference, job.section(), arguments.files, arguments.overrides);
    var bound = settings.bind(job.settingsType());
    var unused = job.plan(bound); // checks
    job.run(bound, outer.within(job.name(), settings.toJson()));
  }

  private static CommandLine parse(Job<?> job, List<String> args, Arguments arguments) {
    var commandLine = new CommandLine(arguments);
    commandLine.setCommandName("./echogen " + job.name());
    commandLine.getCommandSpec().usageMessage().description(job.summary());
    try {
      commandLine.parseArgs(
          args.stream()
              .map(word -> job.shorthands().getOrDefault(word, word))
              .toArray(String[]::new));
    } catch (ParameterException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; see ./echogen " + job.name() + " --help", e);
    }
    return commandLine;
  }

  static String version() {
    var version = JobRunner.class.getPackage().getImplementationVersion();
    return "echogen " + (version == null ? "development build" : version);
  }

  private void help(Job<?> job, CommandLine commandLine) {
    commandLine.usage(out);
    if (!job.shorthands().isEmpty()) {
      out.printf("%nShort for a key:%n");
      job.shorthands().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(word -> out.printf("  %-10s %s%n", word.getKey(), word.getValue()));
    }
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

  private static Throwable rootCause(Throwable e) {
    var root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Whether a Spark task ended in one of our own messages to the user. */
  private static boolean isOurs(Throwable root) {
    return root instanceof IllegalArgumentException
        && root.getStackTrace().length > 0
        && root.getStackTrace()[0].getClassName().startsWith("ai.echogen.");
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
            "Print every key with its value and origin and what would be done; then stop.")
    private boolean dryRun;

    @Option(names = "--help", usageHelp = true, description = "Print this and every key.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    private boolean version;

    @Parameters(paramLabel = "key=value", description = "Keys to set, over those of the files.")
    private List<String> overrides = new ArrayList<>();
  }
}
