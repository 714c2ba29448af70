package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.serve.Limits;
import ai.echogen.serve.ModelArtist;
import ai.echogen.serve.Studio;
import ai.echogen.serve.Token;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Serves the studio: a web page to draw layouts and ground phrases with a model, or two. */
public final class ServeJob extends Job<ServeJob.Settings> {
  private static final int MOST_PORT = 65_535;

  /** Spark's settings that say what models are run on, and where they come from. */
  private static final List<String> OF_INFERENCE =
      List.of("spark.echogen.", "spark.driver.resource.");

  /**
   * The section {@code serve} of reference.conf.
   *
   * @param model model directory
   * @param compare another one, to be shown beside it
   * @param host name or address to listen on
   * @param port 0 for any that is free
   * @param tokenFile with what clients must show; without, other machines need a random token
   * @param maxUpload bytes of an image's file
   * @param queue requests that may wait
   * @param workers requests that are computed at once
   * @param bestOf most drawings of a request
   * @param form attention form to run the models in; the one they were finished in if absent
   * @param precision what the models compute in
   */
  public record Settings(
      Location model,
      Optional<Location> compare,
      String host,
      int port,
      Optional<Location> tokenFile,
      int maxUpload,
      int queue,
      int workers,
      int bestOf,
      Optional<AttentionForm> form,
      Precision precision,
      double temperature,
      int topK,
      double topP,
      double guidance) {
    public Settings {
      var check =
          new Check()
              .that("host", !host.isBlank(), "must be a name or an address")
              .that(
                  "port",
                  port >= 0 && port <= MOST_PORT,
                  "must be 0 to " + MOST_PORT + ", got " + port);
      Limits.check(check, maxUpload, queue, workers, bestOf).orThrow();
      var unused = new Decoder.Sampling(temperature, topK, topP, guidance); // checks
    }

    private List<Location> models() {
      var models = new ArrayList<>(List.of(model));
      compare.ifPresent(models::add);
      return models;
    }

    private Optional<Token> token() throws IOException {
      if (tokenFile.isPresent()) {
        return Optional.of(Token.read(tokenFile.get()));
      }
      return Studio.Door.isLoopback(host) ? Optional.empty() : Optional.of(Token.random());
    }
  }

  public ServeJob() {
    super(
        "serve",
        "Serves a web page to draw layouts on, and to find phrases in images.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ServeJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    var lines = new ArrayList<String>();
    for (var model : settings.models()) {
      int side = ModelPool.config(model).vq().imageSize();
      lines.add(
          String.format(Locale.ROOT, "serves  %s: pictures of %d × %d pixels", model, side, side));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "listens on %s, %s, %s",
            settings.host(),
            settings.port() == 0 ? "any free port" : "port " + settings.port(),
            settings.token().isPresent() ? "for who shows a token" : "for this machine alone"));
    lines.add(
        String.format(
            Locale.ROOT,
            "queue   %d at once, %d more may wait",
            settings.workers(),
            settings.queue()));
    return lines;
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    if (needsSession(new SparkConf())) {
      var unused = context.spark();
    }
    var mode = RunMode.of(settings.form(), settings.precision());
    try (var model = ModelArtist.open(settings.model(), mode)) {
      if (settings.compare().isEmpty()) {
        serve(settings, List.of(model), context);
        return;
      }
      try (var other = ModelArtist.open(settings.compare().get(), mode)) {
        serve(settings, List.of(model, other), context);
      }
    }
  }

  /**
   * A session costs seconds and ports, and no task is run: only what it tells a model is wanted.
   */
  static boolean needsSession(SparkConf conf) {
    return OF_INFERENCE.stream().anyMatch(prefix -> conf.getAllWithPrefix(prefix).length > 0);
  }

  /** Returns when the thread is interrupted; a signal ends the process. */
  private static void serve(Settings settings, List<ModelArtist> models, JobContext context)
      throws IOException {
    var token = settings.token();
    var door = new Studio.Door(settings.host(), settings.port(), token);
    var limits =
        new Limits(settings.maxUpload(), settings.queue(), settings.workers(), settings.bestOf());
    var usual =
        new Decoder.Sampling(
            settings.temperature(), settings.topK(), settings.topP(), settings.guidance());
    try (var studio = Studio.open(door, models, limits, usual)) {
      context.console().println("studio  " + address(studio, token, settings));
      studio.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // who runs the job knows why
    }
  }

  /** What to open; a token that the user has in a file is not shown again. */
  private static String address(Studio studio, Optional<Token> token, Settings settings) {
    if (settings.tokenFile().isPresent()) {
      return studio.url() + " (add ?token= and what is in " + settings.tokenFile().get() + ")";
    }
    return studio.url() + token.map(made -> "?token=" + made.text()).orElse("");
  }
}
