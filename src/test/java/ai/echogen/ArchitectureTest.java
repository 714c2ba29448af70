package ai.echogen;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.echogen.torch.Tensors;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Imports point up one list, and each library has a home. */
class ArchitectureTest {
  /** The pipeline, in the order data flows through it. */
  static final List<String> TOP_DOWN =
      List.of(
          "config",
          "json",
          "layout",
          "storage",
          "image",
          "data",
          "torch",
          "tokens",
          "model",
          "observe",
          "inference",
          "scoring",
          "objectives",
          "train",
          "serve",
          "jobs.cli",
          "jobs.model",
          "jobs.draw",
          "jobs.score",
          "jobs.plan",
          "jobs.stats",
          "jobs.train",
          "jobs",
          "perf");

  /** The rooms of train, in the same order. */
  static final List<String> ROOMS_OF_TRAIN =
      List.of(
          "train.optim",
          "train.sync",
          "train.checkpoint",
          "train.step",
          "train.rollout",
          "train.cluster",
          "train.cycle",
          "train.plan");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("ai.echogen");

  @ParameterizedTest
  @FieldSource("TOP_DOWN")
  void importsOnlyPackagesAboveIt(String name) {
    var below = TOP_DOWN.subList(TOP_DOWN.indexOf(name) + 1, TOP_DOWN.size());
    noClasses()
        .that()
        .resideInAPackage(pkg(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(pkgs(below.stream()))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "com.typesafe.config.., config",
    "picocli..,             jobs jobs.cli",
    "org.apache.spark..,    storage data inference scoring objectives.rows train jobs jobs.cli jobs.model jobs.draw jobs.score jobs.stats jobs.train perf",
    "ai.djl..,              torch tokens model inference scoring.judges.file objectives train perf",
    "ai.onnxruntime..,      scoring.judges.file",
    "io.undertow..,         serve",
    "org.xnio..,            serve",
  })
  void libraryStaysAtHome(String library, String homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(pkgs(Arrays.stream(homes.split(" "))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @ParameterizedTest
  @FieldSource("ROOMS_OF_TRAIN")
  void roomsOfTrainImportOnlyRoomsAboveThem(String name) {
    var below =
        ROOMS_OF_TRAIN.subList(ROOMS_OF_TRAIN.indexOf(name) + 1, ROOMS_OF_TRAIN.size()).stream();
    noClasses()
        .that()
        .resideInAPackage(pkg(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(pkgs(below))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /**
   * On a GPU's task nothing may fall back to main memory: managers are made on the weights' device.
   */
  @Test
  void modelsRunWhereTheirWeightsLie() {
    noClasses()
        .that()
        .resideInAnyPackage(pkg("model"), pkg("inference"), pkg("scoring"))
        .should()
        .callMethod(Tensors.class, "cpu")
        .check(CLASSES);
  }

  private static String pkg(String name) {
    return "ai.echogen." + name + (name.equals("jobs") ? "" : ".."); // its rooms are above it
  }

  private static String[] pkgs(Stream<String> names) {
    return names.map(ArchitectureTest::pkg).toArray(String[]::new);
  }
}
