package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Region;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeScenesTest {
  private static final ShapeScenes SCENES = new ShapeScenes(17, 64, 0.25);

  @Test
  void aSceneIsAFunctionOfSeedSplitAndIndex() {
    var again = new ShapeScenes(17, 64, 0.25);
    for (var index : new long[] {0, 1, 999_999_999_999L}) {
      var sample = SCENES.sample(SceneSplit.TRAIN, index);
      assertThat(again.sample(SceneSplit.TRAIN, index).image()).isEqualTo(sample.image());
      assertThat(again.sample(SceneSplit.TRAIN, index).layout()).isEqualTo(sample.layout());
    }
    assertThat(new ShapeScenes(18, 64, 0.25).sample(SceneSplit.TRAIN, 0).image())
        .isNotEqualTo(SCENES.sample(SceneSplit.TRAIN, 0).image());
    assertThat(SCENES.sample(SceneSplit.TEST, 0).layout())
        .isNotEqualTo(SCENES.sample(SceneSplit.TRAIN, 0).layout());
  }

  @Test
  void samplesCarryADecodablePngOfTheirSize() throws IOException {
    var sample = new ShapeScenes(1, 96, 0).sample(SceneSplit.TEST, 3);
    var image = ImageIO.read(new ByteArrayInputStream(sample.image()));
    assertThat(image.getWidth()).isEqualTo(96).isEqualTo(sample.width());
    assertThat(image.getHeight()).isEqualTo(96).isEqualTo(sample.height());
    assertThat(sample.id()).isEqualTo("shapes-test-00000003");
    assertThat(sample.split()).isEqualTo("test");
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 64, 128})
  void shapesKeepTheirSizesAndDistances(int size) {
    var scenes = new ShapeScenes(2, size, 0.5);
    var unit = size / 64.0;
    for (var index = 0; index < 300; index++) {
      var items = scenes.render(SceneSplit.TRAIN, index).scene().items();
      assertThat(items).hasSizeBetween(1, ShapeScenes.MAX_OBJECTS);
      for (var a : items) {
        assertThat(a.width()).isBetween((int) (15 * unit), (int) Math.ceil(36.5 * unit));
        assertThat(a.height()).isBetween((int) (15 * unit), (int) Math.ceil(36.5 * unit));
        assertThat((double) a.height() / a.width()).isBetween(0.70, 1.40);
        for (var b : items) {
          if (a == b) {
            continue;
          }
          var allowed = 0.06 * Math.min(a.area(), b.area());
          assertThat(a.look().sameClass(b.look())).isFalse();
          assertThat(a.overlap(b, 0))
              .isLessThanOrEqualTo(a.look().color() == b.look().color() ? 0 : (int) allowed);
        }
      }
    }
  }

  @Test
  void everyClassAndEveryNumberOfObjectsOccursAboutEquallyOften() {
    Map<String, Integer> classes = new HashMap<>();
    var numbers = new int[ShapeScenes.MAX_OBJECTS];
    for (var index = 0; index < 2000; index++) {
      var layout = SCENES.render(SceneSplit.TEST, index).layout();
      numbers[layout.regions().size() - 1]++;
      layout.regions().forEach(r -> classes.merge(r.category(), 1, Integer::sum));
    }
    assertThat(classes.keySet()).isEqualTo(ShapeFamily.NAMED.classes().keySet());
    assertThat(classes.values()).allMatch(n -> n > 230 && n < 400); // 5000 objects, 16 classes
    assertThat(numbers).satisfies(all -> assertThat(all).hasSize(4));
    for (var number : numbers) {
      assertThat(number).isBetween(410, 590);
    }
  }

  @Test
  void phrasesAreUniqueInASceneAndSayTheTexture() {
    var textured = 0;
    for (var index = 0; index < 300; index++) {
      var rendered = SCENES.render(SceneSplit.TEST_ATTRIBUTES, index);
      assertThat(rendered.layout().regions()).extracting(Region::phrase).doesNotHaveDuplicates();
      for (var i = 0; i < rendered.scene().items().size(); i++) {
        var item = rendered.scene().items().get(i);
        var region = rendered.layout().regions().get(i);
        assertThat(region.phrase()).endsWith(region.category());
        if (item.look().texture() != Texture.PLAIN) {
          textured++;
          assertThat(region.phrase()).startsWith(item.look().texture().word() + " ");
        }
      }
    }
    assertThat(textured).isBetween(170, 330); // a third of about 750
  }

  @ParameterizedTest
  @EnumSource(SceneSplit.class)
  void theShareOfAttributesIsAsConfigured(SceneSplit split) {
    var attributes =
        LongStream.range(0, 1000)
            .filter(i -> SCENES.render(split, i).scene().family() == ShapeFamily.ATTRIBUTES)
            .count();
    switch (split) {
      case TRAIN -> assertThat(attributes).isBetween(190L, 310L);
      case TEST -> assertThat(attributes).isZero();
      case TEST_ATTRIBUTES -> assertThat(attributes).isEqualTo(1000);
    }
  }

  /** Whatever the seeds: layouts are dealt to the splits by their fingerprint. */
  @Test
  void noHeldOutLayoutIsEverTrainedOn() {
    var trained = new HashSet<Long>();
    for (var seed = 0; seed < 4; seed++) {
      var scenes = new ShapeScenes(seed, 64, 0.25);
      for (var index = 0; index < 500; index++) {
        var scene = scenes.render(SceneSplit.TRAIN, index).scene();
        assertThat(ShapeScenes.isHeldOut(scene)).isFalse();
        trained.add(scene.fingerprint());
        for (var split : new SceneSplit[] {SceneSplit.TEST, SceneSplit.TEST_ATTRIBUTES}) {
          var test = scenes.render(split, index).scene();
          assertThat(ShapeScenes.isHeldOut(test)).isTrue();
          assertThat(trained).doesNotContain(test.fingerprint());
        }
      }
    }
    assertThat(trained).hasSizeGreaterThan(1980);
  }

  @Test
  void fingerprintsIgnoreTheOrderButNotTheClasses() {
    var brick = item("brick", 3);
    var tyre = item("tyre", 30);
    var scene = new ShapeScene(64, ShapeFamily.NAMED, List.of(brick, tyre));
    var swapped = new ShapeScene(64, ShapeFamily.NAMED, List.of(tyre, brick));
    var other = new ShapeScene(64, ShapeFamily.NAMED, List.of(item("tyre", 3), item("brick", 30)));
    assertThat(scene.fingerprint()).isEqualTo(swapped.fingerprint());
    assertThat(scene.fingerprint()).isNotEqualTo(other.fingerprint());
  }

  @Test
  void refusesSizesAndSharesOutOfRange() {
    assertThatThrownBy(() -> new ShapeScenes(0, 16, 0))
        .hasMessageContaining("size must be in 32..1024")
        .hasMessageContaining("16");
    assertThatThrownBy(() -> new ShapeScenes(0, 64, 1.5)).hasMessageContaining("attributesShare");
  }

  private static ShapeScene.Item item(String category, int x) {
    var look = ShapeFamily.look(category).orElseThrow();
    return new ShapeScene.Item(category, look, x, 4, 20, 22);
  }
}
