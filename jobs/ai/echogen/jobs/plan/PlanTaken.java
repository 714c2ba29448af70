package ai.echogen.jobs.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a plan takes for granted, and where it comes from, in the order in which it is told. */
final class PlanTaken {
  /**
   * A value.
   *
   * @param from given, of a directory, default, assumed or measured
   */
  record Value(String what, String value, String from) {}

  private final List<Value> values = new ArrayList<>();

  void add(String what, String value, String from) {
    values.add(new Value(what, value, from));
  }

  List<Value> values() {
    return List.copyOf(values);
  }

  /** A default can be given, too: what counts is that it is one. */
  static String origin(boolean isDefault) {
    return isDefault ? "default" : "given";
  }

  static String number(int value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
