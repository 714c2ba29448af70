package ai.echogen.scoring.judges.http;

import ai.echogen.config.Check;
import ai.echogen.image.Png;
import ai.echogen.scoring.judges.VisualQuestion;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Questions about pictures, put to a server that speaks as OpenAI's {@code /v1/chat/completions}
 * does, with the picture as a PNG in a data URL.
 *
 * <p>An executor has one, so that its tasks together ask no more at once than {@code concurrency}
 * says. Answers are kept in a cache, if one is given: a question that was answered is not asked
 * again, by a run that was killed and begins anew either.
 */
public final class HttpVisualQuestion implements VisualQuestion {
  private static final long IDLE_SECONDS = 30;
  private static final int MOST_CONCURRENT = 1024;

  /**
   * Which server, and how it is asked.
   *
   * @param address of the interface, such as {@code http://localhost:8000/v1}; empty for none
   * @param model name that the server knows
   * @param keyVariable environment variable that holds the key; empty where the server wants none
   * @param concurrency most questions at once, of an executor
   * @param timeoutSeconds for one answer
   * @param attempts before a question fails
   * @param backoffSeconds between the first two; it doubles from each to the next
   * @param maxTokens of an answer
   * @param seed of the server's choices
   */
  public record Settings(
      String address,
      String model,
      String keyVariable,
      int concurrency,
      int timeoutSeconds,
      int attempts,
      double backoffSeconds,
      int maxTokens,
      long seed)
      implements Serializable {
    public Settings {
      var problem = ChatServer.problem(address);
      new Check()
          .that("address", address.isEmpty() || problem.isEmpty(), problem.orElse(""))
          .that("model", address.isEmpty() || !model.isBlank(), "must be the model's name")
          .that("keyVariable", keyVariable.matches("\\w*"), "must be a name, got " + keyVariable)
          .that(
              "concurrency",
              concurrency > 0 && concurrency <= MOST_CONCURRENT,
              "must be 1 to " + MOST_CONCURRENT + ", got " + concurrency)
          .that(
              "timeoutSeconds",
              timeoutSeconds > 0 && timeoutSeconds <= 86_400,
              "must be 1 to 86400, got " + timeoutSeconds)
          .that("attempts", attempts > 0 && attempts <= 100, "must be 1 to 100, got " + attempts)
          .that(
              "backoffSeconds",
              backoffSeconds >= 0 && backoffSeconds <= 3600,
              "must be 0 to 3600, got " + backoffSeconds)
          .that("maxTokens", maxTokens > 0, "must be > 0, got " + maxTokens)
          .orThrow();
    }

    /** Whether there is a server to ask. */
    public boolean isGiven() {
      return !address.isEmpty();
    }
  }

  /**
   * What was done so far, in this JVM.
   *
   * @param numAsked answers that came from the server
   * @param numCached that came from the cache
   * @param numRetries requests that were made again
   * @param numDamaged entries of the cache that could not be read and were asked again
   */
  public record Counts(long numAsked, long numCached, long numRetries, long numDamaged) {}

  private record Shared(Settings settings, Optional<Location> cache) {}

  private static final Map<Shared, HttpVisualQuestion> OF_THIS_JVM = new ConcurrentHashMap<>();

  private final Settings settings;
  private final ChatServer server;
  private final @Nullable AnswerCache cache;
  private final ThreadPoolExecutor threads;
  private final AtomicLong numAsked = new AtomicLong();
  private final AtomicLong numCached = new AtomicLong();

  HttpVisualQuestion(Settings settings, @Nullable AnswerCache cache, ChatServer server) {
    this.settings = settings;
    this.cache = cache;
    this.server = server;
    this.threads =
        new ThreadPoolExecutor(
            settings.concurrency(),
            settings.concurrency(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            runnable -> {
              var thread = new Thread(runnable, "visual question");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The one of this JVM for these settings.
   *
   * @param cache folder for answers, which executors share and other runs may use too
   * @throws IllegalArgumentException if the key is to be in an environment variable that is not set
   *     here, or holds what no key can be
   */
  public static HttpVisualQuestion ofThisJvm(Settings settings, Optional<Location> cache) {
    return OF_THIS_JVM.computeIfAbsent(
        new Shared(settings, cache),
        shared ->
            new HttpVisualQuestion(
                settings,
                cache.map(AnswerCache::new).orElse(null),
                new ChatServer(settings, System.getenv())));
  }

  @Override
  public List<String> answers(List<Query> queries) {
    var hasFailed = new AtomicBoolean();
    var asked = new ArrayList<Future<String>>();
    for (var query : queries) {
      asked.add(threads.submit(() -> askUnless(hasFailed, query)));
    }
    try {
      return answered(asked);
    } finally {
      asked.forEach(answer -> answer.cancel(true)); // where this task is interrupted
    }
  }

  /**
   * All of them, or the first failure: once those under way are answered too, as they are paid for.
   */
  private static List<String> answered(List<Future<String>> asked) {
    var answers = new ArrayList<String>();
    ExecutionException failure = null;
    for (var answer : asked) {
      try {
        answers.add(answer.get());
      } catch (ExecutionException e) {
        failure =
            failure == null || failure.getCause() instanceof CancellationException ? e : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a judge was asked", e);
      }
    }
    if (failure != null) {
      throw failed(failure);
    }
    return answers;
  }

  private String askUnless(AtomicBoolean hasFailed, Query query) throws InterruptedException {
    if (hasFailed.get()) {
      throw new CancellationException("another question of the task has failed");
    }
    boolean isAnswered = false;
    try {
      var answer = ask(query);
      isAnswered = true;
      return answer;
    } finally {
      if (!isAnswered) {
        hasFailed.set(true);
      }
    }
  }

  /** As the thread threw it, which is what is to be read. */
  private static RuntimeException failed(ExecutionException e) {
    var cause = e.getCause();
    return cause instanceof IllegalArgumentException
        ? new IllegalArgumentException(cause.getMessage(), cause)
        : new IllegalStateException("a judge could not be asked: " + cause, cause);
  }

  private String ask(Query query) throws InterruptedException {
    var request = new ChatRequest(settings, Png.encode(query.image()), query.question());
    try {
      var known = cache == null ? Optional.<String>empty() : cache.find(request.key());
      if (known.isPresent()) {
        numCached.incrementAndGet();
        return known.get();
      }
      var answer = server.ask(request);
      numAsked.incrementAndGet();
      if (cache != null) {
        cache.put(request.key(), answer);
      }
      return answer;
    } catch (IOException e) { // of the cache: the server's are told by itself
      throw new UncheckedIOException(cache + ": " + e.getMessage(), e);
    }
  }

  /** What was done so far. */
  public Counts counts() {
    return new Counts(
        numAsked.get(),
        numCached.get(),
        server.numRetries(),
        cache == null ? 0 : cache.numDamaged());
  }

  @Override
  public SortedMap<String, String> describe() {
    var described = new TreeMap<String, String>();
    described.put("address", settings.address());
    described.put("judge", "visual question over HTTP");
    described.put("max_tokens", Integer.toString(settings.maxTokens()));
    described.put("model", settings.model());
    described.put("picture", "PNG");
    described.put("seed", Long.toString(settings.seed()));
    described.put("temperature", Integer.toString(ChatRequest.TEMPERATURE));
    return Collections.unmodifiableSortedMap(described);
  }
}
