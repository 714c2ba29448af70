package ai.echogen.objectives.rewards;

import ai.echogen.layout.CodeGrid;

/**
 * How much a drawing says of its layout, by Bayes' rule: log p(layout | image) is log p(image |
 * layout) − log p(image) and a constant, both by the frozen model's own drawing; the mean over the
 * codes under each box, nats a code.
 *
 * <p>Reading boxes for given phrases does not ask what stands in them; this does, since a blue
 * circle where a blue star was asked for is no likelier after that text. It is what guidance leads
 * towards, and as with guidance too much of it makes drawings all alike.
 */
public record Evidence() implements Reward {
  @Override
  public String key() {
    return "evidence";
  }

  @Override
  public double[] of(Reading reading) {
    var evidence = reading.evidence();
    int side = CodeGrid.side(evidence.length);
    return reading.layout().regions().stream()
        .mapToDouble(
            region -> {
              double sum = 0;
              var codes = CodeGrid.under(region.box(), side);
              for (int code : codes) {
                sum += evidence[code];
              }
              return sum / codes.length;
            })
        .toArray();
  }
}
