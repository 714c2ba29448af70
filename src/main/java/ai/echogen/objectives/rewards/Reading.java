package ai.echogen.objectives.rewards;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.scoring.metrics.Detection;
import java.util.List;
import java.util.Optional;

/** A drawing, and what can be read from it; what is not asked for is not computed. */
public interface Reading {
  /** What was to be drawn. */
  Layout layout();

  /** The box that the model reads for each region. */
  List<Optional<Box>> boxes();

  /**
   * The mean log-probability of the tokens of each region's true box, read from the drawing; nats.
   */
  double[] likelihoods();

  /**
   * The same as {@link #likelihoods} for other phrases in the regions' place: a row a round of
   * decoys, an entry a region.
   */
  double[][] decoyLikelihoods();

  /**
   * How much likelier the reference finds each code after the layout's text than after a blank one;
   * nats.
   */
  double[] evidence();

  /** What a detector that is not the model sees in the picture. */
  List<Detection> seen();

  /** A number of the drawing's own, the same wherever it is made. */
  long key();
}
