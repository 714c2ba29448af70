package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.Finding;
import ai.echogen.scoring.judges.LayoutSamQuestions;
import ai.echogen.scoring.judges.LayoutSamQuestions.Attribute;
import ai.echogen.scoring.judges.LayoutSamQuestions.Reply;
import ai.echogen.scoring.judges.VisualQuestion;
import ai.echogen.scoring.judges.VisualQuestion.Query;
import ai.echogen.scoring.metrics.LayoutSamScores;
import ai.echogen.scoring.metrics.LayoutSamScores.Region;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * LayoutSAM-Eval (CreatiLayout, 2412.03859): a model that answers questions about pictures is asked
 * of each region's crop whether the subject is there, and if so, whether its color, texture and
 * shape are those of the long description. {@link LayoutSamScores} has the names.
 *
 * @param side of the square that a picture is scaled to before it is cut; 0: as it is
 */
public record LayoutSamBenchmark(Asked judge, int side) implements Benchmark {
  /** Who is asked, as the driver names it and executors reach it. */
  public interface Asked extends Serializable {
    /** The judge, on this executor. */
    VisualQuestion judge() throws IOException;
  }

  private static final String ANSWERS = "answers"; // 4 of each asked region: 0 no, 1 yes
  private static final int KINDS = 1 + Attribute.values().length;

  @Override
  public Need need() {
    return Need.PICTURE;
  }

  @Override
  public SortedMap<String, String> protocol() throws IOException {
    var rules = DetectorSource.rules(judge.judge().describe(), side);
    rules.put("questions", "CreatiLayout's, of a crop");
    rules.put("answer", "yes if it has the word");
    rules.put("without_pixels", "a box without a pixel is a region that is not there");
    rules.put("without_detail", "the short description stands for the long one");
    return Collections.unmodifiableSortedMap(rules);
  }

  @Override
  public Judged judge(Given given) throws IOException {
    var sample = given.sample();
    var asked = sample.asked();
    var answers = new double[KINDS * asked.size()];
    var picture = DetectorSource.sized(given.picture(), side);
    if (picture == null) {
      return given.judged().withVector(ANSWERS, answers);
    }
    var findings = new ArrayList<Finding>();
    var there = new ArrayList<Integer>();
    var crops = new TreeMap<Integer, BufferedImage>();
    for (int i = 0; i < asked.size(); i++) {
      int region = i;
      asked
          .get(i)
          .relative(sample.width(), sample.height())
          .flatMap(box -> LayoutSamQuestions.crop(picture, box))
          .ifPresent(crop -> crops.put(region, crop));
    }
    var spatial = new ArrayList<Query>();
    crops.forEach(
        (i, crop) ->
            spatial.add(new Query(crop, LayoutSamQuestions.spatial(asked.get(i).phrase()))));
    var replies = replies(spatial, sample.id(), findings).iterator();
    for (int i : crops.keySet()) {
      if (replies.next().isYes()) {
        answers[KINDS * i] = 1;
        there.add(i);
      }
    }
    var more = new ArrayList<Query>();
    for (int i : there) {
      for (var attribute : Attribute.values()) {
        var target = asked.get(i);
        var detail = target.detail().isBlank() ? target.phrase() : target.detail();
        var crop = crops.getOrDefault(i, picture);
        more.add(new Query(crop, LayoutSamQuestions.attribute(attribute, target.phrase(), detail)));
      }
    }
    replies = replies(more, sample.id(), findings).iterator();
    for (int i : there) {
      for (int kind = 1; kind < KINDS; kind++) {
        answers[KINDS * i + kind] = replies.next().isYes() ? 1 : 0;
      }
    }
    return given.judged().withVector(ANSWERS, answers).withFindings(findings);
  }

  private List<Reply> replies(List<Query> queries, String id, List<Finding> findings)
      throws IOException {
    var replies = new ArrayList<Reply>();
    if (queries.isEmpty()) {
      return replies;
    }
    for (var answer : judge.judge().answers(queries)) {
      var reply = LayoutSamQuestions.reply(answer);
      if (reply == Reply.BOTH || reply == Reply.NEITHER) {
        var taken = reply.isYes() ? "yes" : "no";
        findings.add(
            Finding.adjusted(
                "answer with %s of yes and no, taken for a %s"
                    .formatted(reply == Reply.BOTH ? "both" : "neither", taken),
                id));
      }
      replies.add(reply);
    }
    return replies;
  }

  @Override
  public Scores scores(List<Judged> judged, int draws, long seed) {
    var scores = new Scores();
    for (var one : judged) {
      var answers = one.vector(ANSWERS);
      var regions = new ArrayList<Region>();
      for (int i = 0; i < answers.length; i += KINDS) {
        regions.add(
            new Region(answers[i] > 0, answers[i + 1] > 0, answers[i + 2] > 0, answers[i + 3] > 0));
      }
      var numbers = new LayoutSamScores();
      numbers.add(one.id(), regions);
      scores.add(one.id(), numbers.table());
    }
    scores.close(draws, seed);
    scores.count("regions", judged.stream().mapToInt(one -> one.sample().asked().size()).sum());
    return scores;
  }
}
