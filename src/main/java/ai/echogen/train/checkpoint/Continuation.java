package ai.echogen.train.checkpoint;

import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a run's configuration continues the one that a checkpoint was written under. */
final class Continuation {
  /** Keys of a job's configuration that a run may go on with other values of. */
  static final Set<String> FREE =
      Set.of(
          "data",
          "tokenizer",
          "init",
          "out",
          "resume",
          "pauseAt",
          "evaluate",
          "train.logEvery",
          "train.checkpoints",
          "train.eval",
          "train.divergence",
          "train.stop");

  private static final String STEPS = "train.steps";
  private static final String NONE = "not there";
  private static final int DIGITS = 12; // of a fingerprint, in messages

  private Continuation() {}

  /** What to say of a run that is made longer than it was begun. */
  static Optional<String> longer(CheckpointIndex then, JsonNode now) {
    long before = steps(then.configuration());
    long after = steps(now);
    return before == after
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the run is made longer, from %,d to %,d steps: from step %,d on, learning rate and other schedules are those of %,d steps",
                before,
                after,
                then.step(),
                after));
  }

  private static long steps(JsonNode configuration) {
    return configuration.at("/" + STEPS.replace('.', '/')).asLong();
  }

  /**
   * Everything that the next steps' bits depend on must be as it was, but a run may become longer.
   *
   * @param fingerprints of what the run is given; where it lies may change
   * @throws IllegalArgumentException listing what is not
   */
  static void require(
      Location checkpoint, CheckpointIndex then, JsonNode now, Map<String, String> fingerprints) {
    var changed = new ArrayList<String>();
    compare("", then.configuration(), now, changed);
    var names = new TreeSet<>(then.fingerprints().keySet());
    names.addAll(fingerprints.keySet());
    for (var name : names) {
      var before = then.fingerprints().getOrDefault(name, NONE);
      var given = fingerprints.getOrDefault(name, NONE);
      if (!before.equals(given)) {
        changed.add(
            "what %s holds was %s, is %s".formatted(name, abridged(before), abridged(given)));
      }
    }
    if (!changed.isEmpty()) {
      throw new IllegalArgumentException(
          "%s was written under other settings (%s): give the same, or start anew with resume=none or another out="
              .formatted(checkpoint, String.join("; ", changed)));
    }
  }

  private static String abridged(String fingerprint) {
    return fingerprint.length() > DIGITS ? fingerprint.substring(0, DIGITS) + "…" : fingerprint;
  }

  private static void compare(String key, JsonNode then, JsonNode now, List<String> changed) {
    if (FREE.contains(key)) {
      return;
    }
    if (then.isObject() && now.isObject()) {
      var names = new TreeSet<String>();
      then.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (var name : names) {
        compare(key.isEmpty() ? name : key + "." + name, then.path(name), now.path(name), changed);
      }
    } else if (key.equals(STEPS) && now.asLong() > then.asLong()) {
      return; // the schedules say what becomes of a longer run
    } else if (!same(then, now)) {
      changed.add("%s was %s, is %s".formatted(key, shown(then), shown(now)));
    }
  }

  private static boolean same(JsonNode then, JsonNode now) {
    return then.isNumber() && now.isNumber()
        ? then.doubleValue() == now.doubleValue()
        : then.asText().equals(now.asText()) && then.toString().equals(now.toString());
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not there" : value.toString();
  }
}
