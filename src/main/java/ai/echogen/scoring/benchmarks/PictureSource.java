package ai.echogen.scoring.benchmarks;

import ai.echogen.data.shards.Finding;
import ai.echogen.image.ImageFile;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.ModelPool;
import ai.echogen.inference.SampleNoise;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the pictures come from that are scored. */
public sealed interface PictureSource extends Serializable {
  /** Why there is none, where that counts as an empty one. */
  String NO_PICTURE = "no picture";

  /**
   * What a source has for a case.
   *
   * @param image null where there is none
   * @param findings why
   */
  record Given(@Nullable BufferedImage image, List<Finding> findings) {}

  /** The pictures of some cases that come together; on an executor, in a task. */
  List<Given> pictures(List<Case> cases) throws IOException;

  /**
   * A model's drawings of the layouts. Each is a function of seed, id and layout, and of which
   * layouts are drawn with it in its last bits.
   *
   * @param model model directory
   * @param mode how it is run
   */
  record OfModel(Location model, RunMode mode, long seed, Decoder.Sampling sampling)
      implements PictureSource {
    @Override
    public List<Given> pictures(List<Case> cases) throws IOException {
      try (var lease = ModelPool.lease(model, mode)) {
        var loaded = lease.value();
        var noise = new SampleNoise(seed);
        var uniforms = new double[cases.size()][];
        for (int i = 0; i < uniforms.length; i++) {
          uniforms[i] = noise.uniforms(cases.get(i).id(), 0, loaded.config().codes().perImage());
        }
        var layouts = cases.stream().map(Case::given).toList();
        var codes = Drawer.of(loaded).draw(loaded.weights().flat(), layouts, uniforms, sampling);
        var given = new ArrayList<Given>();
        for (var image : loaded.vq().decode(codes)) {
          given.add(new Given(image, List.of()));
        }
        return given;
      }
    }
  }

  /** The true pictures: what a system without fault would be judged as. */
  record Real() implements PictureSource {
    @Override
    public List<Given> pictures(List<Case> cases) {
      return cases.stream().map(c -> decoded(c.original(), c.id())).toList();
    }
  }

  /**
   * Files of a folder.
   *
   * @param names of the files, by id of their case
   */
  record Files(Location folder, Map<String, String> names) implements PictureSource {
    public Files {
      names = Map.copyOf(names);
    }

    @Override
    public List<Given> pictures(List<Case> cases) throws IOException {
      var given = new ArrayList<Given>();
      for (var sample : cases) {
        var name = names.get(sample.id());
        given.add(
            name == null
                ? new Given(null, List.of(Finding.adjusted(NO_PICTURE, sample.id())))
                : decoded(folder.child(name).read(), name));
      }
      return given;
    }
  }

  /** No pictures: what was seen in them is known. */
  record None() implements PictureSource {
    @Override
    public List<Given> pictures(List<Case> cases) {
      return Collections.nCopies(cases.size(), new Given(null, List.of()));
    }
  }

  private static Given decoded(byte @Nullable [] file, String name) {
    if (file == null) {
      return new Given(null, List.of(Finding.dropped("no true picture", name)));
    }
    try {
      return new Given(ImageFile.decode(file), List.of());
    } catch (IOException e) {
      var what = "%s (%s)".formatted(name, e.getMessage());
      return new Given(null, List.of(Finding.dropped("picture does not decode", what)));
    }
  }
}
