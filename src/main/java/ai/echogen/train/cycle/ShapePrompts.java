package ai.echogen.train.cycle;

import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.layout.NamedLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Random layouts of shape scenes, made as they are needed; held-out layouts are never among them.
 */
public record ShapePrompts(ShapeScenes scenes) implements PromptStream {
  @Override
  public List<NamedLayout> at(long step, int count) {
    var prompts = new ArrayList<NamedLayout>();
    for (long index = step * count; index < (step + 1) * count; index++) {
      prompts.add(new NamedLayout("shapes-" + index, scenes.layout(SceneSplit.TRAIN, index)));
    }
    return prompts;
  }
}
