package ai.echogen.data.synth;

import ai.echogen.data.Sample;
import java.io.Serializable;
import java.util.List;

/**
 * An endless, seeded supply of scenes, made wherever it is asked: on the driver or on an executor.
 */
public sealed interface SceneSource extends Serializable permits ShapeScenes, SpriteScenes {
  /** The splits that it can make, train first. */
  List<SceneSplit> splits();

  /** Scene {@code index} of a split: a pure function of the source and these two. */
  Sample sample(SceneSplit split, long index);
}
