package ai.echogen.train.cluster;

import ai.echogen.layout.Region;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.scoring.metrics.GroundingScores;
import ai.echogen.train.rollout.GroundedBoxes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How well boxes are read from held-out images, as {@code eval.acc50}, {@code eval.acc75} and
 * {@code eval.mean_iou}.
 *
 * @param images in batches
 */
public record GroundingEvaluator(GroundedBoxes source, List<GroundedBoxes.Images> images)
    implements Evaluator<LayoutTokens> {
  private static final List<String> SHOWN = List.of("acc50", "acc75", "mean_iou");

  @Override
  public Optional<Map<String, Double>> of(Training<LayoutTokens> training) throws IOException {
    return training
        .map(source, images)
        .map(
            results -> {
              var scores = new GroundingScores();
              for (int i = 0; i < results.size(); i++) {
                for (int k = 0; k < results.get(i).size(); k++) {
                  var truths = images.get(i).layouts().get(k).regions();
                  scores.add(
                      truths.stream().map(Region::box).toList(),
                      results.get(i).get(k).stream().map(Optional::ofNullable).toList());
                }
              }
              var all = scores.scores();
              var values = new LinkedHashMap<String, Double>();
              SHOWN.forEach(name -> values.put("eval." + name, all.getOrDefault(name, 0.0)));
              return values;
            });
  }
}
