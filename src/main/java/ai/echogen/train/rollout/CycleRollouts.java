package ai.echogen.train.rollout;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.SampleNoise;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.vq.VqModel;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.TransformerSource;
import ai.echogen.objectives.policy.BoxLikelihood;
import ai.echogen.objectives.policy.PolicyObjective;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.objectives.rewards.Reading;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.scoring.judges.ShapeDetector;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.storage.Location;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.Question;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cycle RL's map phase: layouts become drawings, each drawing is read back in a fresh context from
 * its codes, and what was read becomes rewards.
 *
 * @param how what is done
 * @param model what to do it with
 */
public record CycleRollouts(How how, GroundedBoxes model, @Nullable LoraConfig lora)
    implements MapSource<RolloutGroup, Prompts, ArrayList<GradedGroup>> {
  /** Who reads the drawings. */
  public enum Reader {
    /** The model as it is. */
    POLICY,
    /** The model that training started from. */
    REFERENCE
  }

  /**
   * @param seed of the drawings
   * @param group drawings of a prompt
   * @param rewards which are computed
   * @param scores whether log-probabilities are computed as well, for an update
   * @param samplesBoxes whether the boxes that are read are drawn, and their log-probabilities
   *     computed as well
   * @param reference whether those under the reference are
   * @param init directory of the model that training started from: the reference, and the VQ
   *     tokenizer
   */
  public record How(
      long seed,
      int group,
      Decoder.Sampling sampling,
      Reader reader,
      List<Weighted> rewards,
      boolean scores,
      boolean samplesBoxes,
      boolean reference,
      Location init)
      implements java.io.Serializable {
    public How {
      rewards = List.copyOf(rewards);
    }

    /** Whether it needs the model that training started from. */
    boolean wantsReference() {
      return reference || reader == Reader.REFERENCE || wants("evidence");
    }

    boolean wants(String reward) {
      return rewards.stream().anyMatch(weighted -> weighted.reward().key().equals(reward));
    }
  }

  @Override
  public String key() {
    return "rollouts " + how;
  }

  @Override
  public MapPhase<Prompts, ArrayList<GradedGroup>> open(
      Objective<RolloutGroup> objective, Device device) throws IOException {
    return new Opened(this, (PolicyObjective) TransformerSource.made(objective), device);
  }

  private static final long DECOYS = 0x6465636f79L;
  private static final int ROUNDS = 4;
  private static final long READING = 1;
  private static final int LOCATIONS = 4; // tokens a box

  /** In one JVM. */
  private static final class Opened implements MapPhase<Prompts, ArrayList<GradedGroup>> {
    private final How how;
    private final PolicyObjective objective;
    private final TextTokenizer text;
    private final Grammar grammar;
    private final Decoder decoder;
    private final Optional<Decoder> adapted;
    private final Optional<Weights> reference;
    private final Optional<VqModel> vq;
    private final BoxLikelihood likelihood;
    private final PolicyObjective plain;
    private @Nullable Weights merged;
    private long mergedStep = -1;

    Opened(CycleRollouts source, PolicyObjective objective, Device device) throws IOException {
      var model = source.model();
      this.how = source.how();
      this.objective = objective;
      this.text =
          TextTokenizer.of(
              model.tokenizer().getBytes(StandardCharsets.UTF_8), "the model's tokenizer");
      this.grammar = model.grammar(text);
      this.decoder = model.decoder(Optional.empty());
      this.adapted =
          Optional.ofNullable(source.lora()).map(lora -> model.decoder(Optional.of(lora)));
      var layout = decoder.parameters().layout();
      this.reference =
          how.wantsReference() && objective.frozen().isEmpty()
              ? Optional.of(how.init().onDisk(here -> JanusDirectory.read(here, layout, device)))
              : Optional.empty();
      this.vq =
          how.wants("detector")
              ? Optional.of(how.init().onDisk(here -> VqModel.load(here, device)))
              : Optional.empty();
      this.likelihood = new BoxLikelihood(decoder);
      this.plain =
          new PolicyObjective(
              decoder, objective.plainSettings(), Optional.empty(), Optional.empty());
    }

    @Override
    public ArrayList<GradedGroup> map(NDArray weights, long step, Prompts prompts) {
      var whole = whole(weights, step);
      var reader = how.reader() == Reader.POLICY ? whole : reference(whole);
      var layouts = prompts.layouts().stream().map(NamedLayout::layout).toList();
      long start = System.nanoTime();
      var codes =
          new Drawer(decoder, grammar)
              .draw(
                  whole, layouts, uniforms(prompts, 0, decoder.codes().perImage()), how.sampling());
      var each =
          layouts.stream()
              .flatMap(layout -> Collections.nCopies(how.group(), layout).stream())
              .toList();
      long drawn = System.nanoTime();
      var read = read(reader, prompts, codes, each);
      double share = 1e-9 / layouts.size();
      var times =
          new GradedGroup.Times((drawn - start) * share, (System.nanoTime() - drawn) * share, 0, 0);
      var groups = new ArrayList<GradedGroup>();
      for (int i = 0; i < layouts.size(); i++) {
        int from = i * how.group();
        int to = from + how.group();
        var group = new Drawn(prompts, i, codes.subList(from, to), read.subList(from, to));
        groups.add(graded(weights, reader, group, times));
      }
      return groups;
    }

    /** What was read from a drawing; the question only where its answer is learnt from. */
    private record Read(List<Optional<Box>> boxes, Optional<Question> question) {}

    private List<Read> read(
        NDArray reader, Prompts prompts, List<int[]> codes, List<Layout> layouts) {
      var grounder = new Grounder(decoder, grammar, Optional.empty());
      if (!how.samplesBoxes()) {
        return grounder.ground(reader, codes, layouts).stream()
            .map(boxes -> new Read(boxes, Optional.empty()))
            .toList();
      }
      var uniforms = uniforms(prompts, READING, LOCATIONS * Layout.MAX_REGIONS);
      return grounder.sample(reader, codes, layouts, uniforms).stream()
          .map(reading -> new Read(reading.boxes(), Optional.of(reading.question())))
          .toList();
    }

    /** One prompt's drawings, before they are graded. */
    private record Drawn(Prompts prompts, int place, List<int[]> codes, List<Read> read) {
      NamedLayout prompt() {
        return prompts.layouts().get(place);
      }

      Layout layout() {
        return prompt().layout();
      }
    }

    private GradedGroup graded(
        NDArray weights, NDArray reader, Drawn drawn, GradedGroup.Times before) {
      var textIds = grammar.layoutText(drawn.layout());
      float[][] none = {};
      long start = System.nanoTime();
      var rewards = rewards(reader, drawn);
      long rewarded = System.nanoTime();
      var lp = how.scores() ? objective.logProbabilities(weights, textIds, drawn.codes()) : none;
      var questions = drawn.read().stream().flatMap(read -> read.question().stream()).toList();
      var reference =
          how.reference() ? referenceProbabilities(weights, textIds, drawn.codes()) : none;
      var times =
          new GradedGroup.Times(
              before.draw(),
              before.ground(),
              (rewarded - start) * 1e-9,
              (System.nanoTime() - rewarded) * 1e-9);
      return new GradedGroup(
          drawn.prompt(),
          textIds,
          drawn.codes().toArray(int[][]::new),
          lp,
          reference,
          drawn.read().stream().map(read -> nullable(read.boxes())).toList(),
          questions,
          how.samplesBoxes() && !drawn.layout().regions().isEmpty()
              ? objective.boxLogProbabilities(weights, drawn.codes(), questions)
              : none,
          rewards,
          times);
    }

    private List<double[][]> rewards(NDArray reader, Drawn drawn) {
      var likelihoods =
          how.wants("likelihood") || how.wants("contrast")
              ? likelihood.of(
                  reader,
                  drawn.codes(),
                  grammar.question(drawn.layout()),
                  drawn.layout().regions().size())
              : new double[0][];
      var decoys = how.wants("contrast") ? decoys(reader, drawn) : new double[0][][];
      var evidence = how.wants("evidence") ? evidence(reader, drawn) : new double[0][];
      var tables = new ArrayList<double[][]>();
      how.rewards().forEach(weighted -> tables.add(new double[how.group()][]));
      for (int row = 0; row < how.group(); row++) {
        var reading = new Drawing(drawn, row, likelihoods, decoys, evidence);
        for (int i = 0; i < tables.size(); i++) {
          tables.get(i)[row] = how.rewards().get(i).reward().of(reading);
        }
      }
      return tables;
    }

    /** The likelihoods of the boxes for other phrases: a row a drawing, of rounds of regions. */
    private double[][][] decoys(NDArray reader, Drawn drawn) {
      var random = CounterRandom.of(how.seed(), DECOYS, drawn.prompts().stream(), drawn.place());
      var layouts = Decoys.of(drawn.layout(), drawn.prompts().decoys(), ROUNDS, random);
      var byDrawing = new double[how.group()][layouts.size()][];
      for (int round = 0; round < layouts.size(); round++) {
        var question = grammar.question(layouts.get(round));
        int regions = drawn.layout().regions().size();
        var found = likelihood.of(reader, drawn.codes(), question, regions);
        for (int i = 0; i < found.length; i++) {
          byDrawing[i][round] = found[i];
        }
      }
      return byDrawing;
    }

    /** The reference's log-probability of each code after the text, less that after a blank one. */
    private double[][] evidence(NDArray reader, Drawn drawn) {
      var weights = reference(reader);
      var textIds = grammar.layoutText(drawn.layout());
      var blank = PaddedIds.withoutCondition(textIds, grammar.pad());
      var after = plain.logProbabilities(weights, textIds, drawn.codes());
      var without = plain.logProbabilities(weights, blank, drawn.codes());
      var evidence = new double[after.length][after[0].length];
      for (int i = 0; i < evidence.length; i++) {
        for (int j = 0; j < evidence[i].length; j++) {
          evidence[i][j] = (double) after[i][j] - without[i][j];
        }
      }
      return evidence;
    }

    /**
     * Numbers in [0, 1), a row a drawing.
     *
     * @param purpose tells their streams apart
     */
    private double[][] uniforms(Prompts prompts, long purpose, int count) {
      var uniforms = new double[prompts.layouts().size() * how.group()][];
      for (int i = 0; i < uniforms.length; i++) {
        var id = prompts.layouts().get(i / how.group()).id();
        var noise = new SampleNoise(CounterRandom.of(how.seed(), prompts.stream()).longAt(purpose));
        uniforms[i] = noise.uniforms(id, i % how.group(), count);
      }
      return uniforms;
    }

    /**
     * The whole model's weights: those that are trained, or frozen ones with the adapter's change.
     */
    private NDArray whole(NDArray weights, long step) {
      if (adapted.isEmpty()) {
        return weights;
      }
      synchronized (this) {
        if (merged == null || mergedStep != step) {
          var frozen = objective.frozen().orElseThrow();
          var now = merged == null ? Weights.zeros(frozen.layout(), frozen.device()) : merged;
          merged = now;
          frozen.flat().copyTo(now.flat());
          adapted.get().merge(now.flat(), weights);
          mergedStep = step;
        }
        return merged.flat();
      }
    }

    private NDArray reference(NDArray whole) {
      return reference.or(objective::frozen).map(Weights::flat).orElse(whole);
    }

    private float[][] referenceProbabilities(NDArray weights, int[] textIds, List<int[]> codes) {
      if (reference.isPresent()) {
        return objective.logProbabilities(reference.get().flat(), textIds, codes);
      }
      try (var off = weights.zerosLike()) { // an adapter whose second factor is 0 changes nothing
        return objective.logProbabilities(off, textIds, codes);
      }
    }

    private static List<@Nullable Box> nullable(List<Optional<Box>> boxes) {
      var values = new ArrayList<@Nullable Box>();
      boxes.forEach(box -> values.add(box.orElse(null)));
      return values;
    }

    /** One drawing, as rewards look at it. */
    private final class Drawing implements Reading {
      private final Drawn drawn;
      private final int row;
      private final double[][] likelihoods;
      private final double[][][] decoys;
      private final double[][] evidence;
      private @Nullable List<Detection> seen;

      Drawing(
          Drawn drawn, int row, double[][] likelihoods, double[][][] decoys, double[][] evidence) {
        this.decoys = decoys;
        this.evidence = evidence;
        this.drawn = drawn;
        this.row = row;
        this.likelihoods = likelihoods;
      }

      @Override
      public Layout layout() {
        return drawn.layout();
      }

      @Override
      public List<Optional<Box>> boxes() {
        return drawn.read().get(row).boxes();
      }

      @Override
      public double[] likelihoods() {
        return likelihoods[row];
      }

      @Override
      public double[][] decoyLikelihoods() {
        return decoys[row];
      }

      @Override
      public double[] evidence() {
        return evidence[row];
      }

      @Override
      public List<Detection> seen() {
        if (seen == null) {
          var family =
              ShapeFamily.ofLayouts(List.of(layout()))
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "the detector knows shape scenes only, not "
                                  + layout().regions().get(0).category()));
          var picture = vq.orElseThrow().decode(List.of(drawn.codes().get(row))).get(0);
          seen = new ShapeDetector(family).detect(picture);
        }
        return seen;
      }

      @Override
      public long key() {
        var words = CounterRandom.of(how.seed(), drawn.prompts().stream(), drawn.place(), row);
        return words.longAt(0);
      }
    }

    @Override
    public void close() {
      plain.close();
      likelihood.close();
      reference.ifPresent(Weights::close);
      vq.ifPresent(VqModel::close);
      if (merged != null) {
        merged.close();
      }
      adapted.ifPresent(Decoder::close);
      decoder.close();
      text.close();
    }
  }
}
