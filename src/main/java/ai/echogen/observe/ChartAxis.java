package ai.echogen.observe;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** One axis of a chart: where a value lies on it, and its ticks. */
sealed interface ChartAxis {
  /** The position of a value: 0 at the axis's beginning, 1 at its end. */
  double position(double value);

  /** Round values within the axis, ascending. */
  List<Double> ticks();

  /** Whether a value can be shown. */
  default boolean shows(double value) {
    return Double.isFinite(value);
  }

  /** A short text for a tick: {@code 0.25}, {@code 20000}, {@code 1e-5}. */
  static String label(double tick) {
    var size = Math.abs(tick);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return Figures.format("%.1e", tick)
          .replace(".0e", "e")
          .replaceAll("e([+-])0*", "e$1")
          .replace("e+", "e");
    }
    var text = new BigDecimal(tick).round(new MathContext(6)).stripTrailingZeros().toPlainString();
    return text.equals("-0") ? "0" : text;
  }

  /** Evenly divided, from {@code low} to {@code high}. */
  record Linear(double low, double high) implements ChartAxis {
    private static final int WANTED = 5;

    public Linear {
      if (low == high) {
        var room = low == 0 ? 1 : Math.abs(low) * 0.1;
        low -= room;
        high += room;
      }
    }

    /** An axis with some room beyond the values. */
    static Linear around(double low, double high) {
      var room = (high - low) * 0.05;
      return new Linear(low >= 0 && low - room < 0 ? 0 : low - room, high + room);
    }

    @Override
    public double position(double value) {
      return (value - low) / (high - low);
    }

    @Override
    public List<Double> ticks() {
      var rough = (high - low) / WANTED;
      var power = Math.pow(10, Math.floor(Math.log10(rough)));
      var step =
          power
              * (rough / power <= 1.5
                  ? 1
                  : rough / power <= 3.5 ? 2 : rough / power <= 7.5 ? 5 : 10);
      List<Double> ticks = new ArrayList<>();
      for (var i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
        ticks.add(i * step);
      }
      return ticks;
    }
  }

  /** Divided by powers of ten; shows positive values only. */
  record Logarithmic(double low, double high) implements ChartAxis {
    static Logarithmic around(double low, double high) {
      var room = low == high ? 2 : Math.pow(high / low, 0.05);
      return new Logarithmic(low / room, high * room);
    }

    @Override
    public double position(double value) {
      return Math.log(value / low) / Math.log(high / low);
    }

    @Override
    public boolean shows(double value) {
      return Double.isFinite(value) && value > 0;
    }

    @Override
    public List<Double> ticks() {
      var decades = Math.log10(high / low);
      if (decades < 0.5) {
        return new Linear(low, high).ticks();
      }
      var multiples = decades < 3 ? new int[] {1, 2, 5} : new int[] {1};
      var every = Math.max(1, (int) Math.ceil(decades / 8));
      List<Double> ticks = new ArrayList<>();
      for (var power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
        for (var multiple : multiples) {
          var tick = Double.parseDouble(multiple + "e" + power);
          if (Math.floorMod(power, every) == 0 && tick >= low && tick <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }
}
