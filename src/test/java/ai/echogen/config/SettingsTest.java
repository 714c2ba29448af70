package ai.echogen.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  enum Source {
    SHAPES,
    CUT_OUTS
  }

  record Optimiser(double lr, float decay) {
    Optimiser {
      new Check()
          .that("lr", lr > 0, "must be > 0, got " + lr)
          .that("decay", decay >= 0, "must be >= 0, got " + decay)
          .orThrow();
    }
  }

  record Training(
      String out,
      int steps,
      long seed,
      boolean resume,
      Source source,
      Optional<String> teacher,
      List<Integer> sizes,
      Optimiser optim) {
    Training {
      new Check().that("steps", steps >= 1, "must be >= 1, got " + steps).orThrow();
    }
  }

  record Deep(String out, Steps train) {
    record Steps(Optimiser optim) {}
  }

  private static final Reference REFERENCE =
      Reference.of(
          """
          train {
            # Where the model goes.
            out = null
            # How many
            # updates.
            steps = 100
            seed = 7
            resume = true
            source = shapes
            teacher = null
            sizes = [8, 16]
            optim {
              # Peak rate.
              lr = 1e-3
              decay = 0.1
            }
          }
          """);

  @TempDir Path dir;

  @Test
  void filesOverrideDefaultsAndTheCommandLineOverridesFiles() throws IOException {
    var first = file("first.conf", "steps = 5\noptim.lr = 0.5\nsource = cut-outs");
    var second = file("second.conf", "steps = 6\nteacher = big");
    var training =
        load(List.of(first, second), "optim.decay=0", "out=s3a://bucket/a b").bind(Training.class);
    assertThat(training)
        .isEqualTo(
            new Training(
                "s3a://bucket/a b",
                6,
                7,
                true,
                Source.CUT_OUTS,
                Optional.of("big"),
                List.of(8, 16),
                new Optimiser(0.5, 0)));
  }

  @Test
  void bindsAPartByItsPath() {
    assertThat(load(List.of()).bind("optim", Optimiser.class)).isEqualTo(new Optimiser(1e-3, 0.1f));
  }

  @Test
  void reportsEveryProblemAtOnceWithFileAndLine() throws IOException {
    var conf =
        file(
            "bad.conf",
            """
            # a comment
            stepps = 3
            seed = many
            source = sprites
            optim {
              lr = -1.0
              momentum = 2
            }
            """);
    assertThat(problems(List.of(conf), "resume=maybe", "steps=0", "lr=1", "out=x", "teacher=[1]"))
        .containsExactlyInAnyOrder(
            conf + ": 2: stepps is not a key; did you mean steps?",
            conf + ": 3: seed must be a whole number of at most 64 bits, got \"many\"",
            conf + ": 4: source must be one of shapes, cut-outs, got \"sprites\"",
            conf + ": 6: optim.lr must be > 0, got -1.0",
            conf + ": 7: optim.momentum is not a key; the keys here are lr, decay",
            "command line: resume must be true or false, got \"maybe\"",
            "command line: steps must be >= 1, got 0",
            "command line: lr is not a key; did you mean optim.lr?",
            "command line: teacher must be text, got [1]");
  }

  @Test
  void namesTheGroupThatAnUnknownKeyIsIn() {
    var deep =
        Settings.load(
            Reference.of("job { out = x, train { optim { lr = 1, decay = 0 } } }"),
            "job",
            List.of(),
            List.of("lr=2", "optim.lr=0", "train.optim.lr=-1"));
    assertThat(
            catchThrowableOfType(SettingsException.class, () -> deep.bind(Deep.class)).problems())
        .containsExactlyInAnyOrder(
            "command line: lr is not a key; did you mean train.optim.lr?",
            "command line: optim is not a key; did you mean train.optim?",
            "command line: train.optim.lr must be > 0, got -1.0");
  }

  @Test
  void saysHowToGiveAKeyThatIsMissing() {
    assertThat(problems(List.of(), "stpes=3"))
        .containsExactlyInAnyOrder(
            "command line: stpes is not a key; did you mean steps?",
            "command line: out is missing: give out=VALUE or set it in a --config file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          steps=1.5        | steps must be a whole number of at most 32 bits, got 1.5
          steps=3000000000 | steps must be a whole number of at most 32 bits, got 3000000000
          steps=[1]        | steps must be a whole number of at most 32 bits, got [1]
          optim.lr=NaN     | optim.lr must be a number, got "NaN"
          optim.decay=1e99 | optim.decay must be a number, got 1e99
          optim=3          | optim must be a group of keys in { }, got 3
          sizes=3          | sizes must be a list in [ ], got 3
          sizes=[1,x]      | sizes[1] must be a whole number of at most 32 bits, got "x"
          steps=null       | steps is missing: give steps=VALUE or set it in a --config file
          """)
  void refusesWrongTypes(String override, String problem) {
    assertThat(problems(List.of(), "out=x", override)).containsExactly("command line: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "steps, command line: expected key=value",
    "=3, command line: expected key=value",
    "a..b=3, command line: 'a..b=3' cannot be read",
    "'sizes=[1,', command line: 'sizes=[1,' cannot be read",
  })
  void refusesOverridesThatCannotBeRead(String override, String start) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load(List.of(), override))
        .withMessageStartingWith(start);
  }

  @Test
  void acceptsNumbersInAnyNotationAndTakesTextAsItStands() {
    var training = load(List.of(), "steps=1e3", "seed=42", "out=007").bind(Training.class);
    assertThat(training.steps()).isEqualTo(1000);
    assertThat(training.out()).isEqualTo("007");
    assertThat(load(List.of(), "out=1e3").bind(Training.class).out()).isEqualTo("1e3");
  }

  @Test
  void namesTheOriginOfEachValue() throws IOException {
    var conf = file("a.conf", "\nsteps = 5");
    assertThat(load(List.of(conf), "out=x", "sizes=[1]").resolved())
        .contains(
            new Setting("steps", "5", conf + ": 2"),
            new Setting("out", "x", "command line"),
            new Setting("sizes", "[1]", "command line"),
            new Setting("optim.lr", "1e-3", "reference.conf: 14"));
  }

  @Test
  void rendersTheSameJsonForTheSameValues() {
    var json = load(List.of(), "out=x", "steps=1000", "optim.lr=0.5").toJson();
    assertThat(load(List.of(), "out=x", "steps=1e3", "optim.lr=5e-1").toJson()).isEqualTo(json);
    assertThat(json)
        .isEqualTo(
            "{\"optim\":{\"decay\":0.1,\"lr\":0.5},\"out\":\"x\",\"resume\":true,\"seed\":7,"
                + "\"sizes\":[8,16],\"source\":\"shapes\",\"steps\":1000,\"teacher\":null}");
  }

  @Test
  void listsKeysWithTheirComments() {
    assertThat(REFERENCE.keys("train"))
        .startsWith(
            new Key("out", "null", List.of("Where the model goes.")),
            new Key("steps", "100", List.of("How many", "updates.")))
        .endsWith(
            new Key("optim.lr", "1e-3", List.of("Peak rate.")),
            new Key("optim.decay", "0.1", List.of()));
  }

  @Test
  void aSharedGroupKeepsItsOrderAndItsCommentsInEverySection() {
    var reference =
        Reference.of(
            """
            train {
              # How many.
              steps = 100
              optim {
                # Peak rate.
                lr = 1e-3
                # What it tends to.
                decay = 0.1
              }
            }
            job {
              # First.
              out = null
              train = ${train}
              train {
                optim {
                  # Lower than elsewhere.
                  decay = 0
                  lr = 2
                }
              }
              # Last.
              size = 3
            }
            """);
    assertThat(reference.keys("job"))
        .containsExactly(
            new Key("out", "null", List.of("First.")),
            new Key("train.steps", "100", List.of("How many.")),
            new Key("train.optim.lr", "2", List.of("Peak rate.")),
            new Key("train.optim.decay", "0", List.of("Lower than elsewhere.")),
            new Key("size", "3", List.of("Last.")));
    var settings = Settings.load(reference, "job", List.of(), List.of("train.steps=5"));
    assertThat(settings.resolved())
        .contains(
            new Setting("train.steps", "5", "command line"),
            new Setting("train.optim.lr", "2", "reference.conf: 19"),
            new Setting("train.optim.decay", "0", "reference.conf: 18"));
  }

  @ParameterizedTest
  @CsvSource({
    "include required(file(\"sizes/small.conf\"))",
    "include required(\"sizes/small.conf\")",
    "include file(\"sizes/small.conf\")",
    "include \"sizes/small.conf\"",
  })
  void includesRelativeToTheIncludingFile(String include) throws IOException {
    Files.createDirectories(dir.resolve("sizes"));
    file("sizes/small.conf", "include required(file(\"smaller.conf\"))\nsteps = 5");
    file("sizes/smaller.conf", "seed = 9");
    var conf = file("a.conf", include);
    var training = load(List.of(conf), "out=x").bind(Training.class);
    assertThat(training.steps()).isEqualTo(5);
    assertThat(training.seed()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"http://127.0.0.1:1/a.conf\")",
        "include required(url(\"file:///etc/passwd\"))",
        "include classpath(\"reference.conf\")"
      })
  void fetchesNothingFromElsewhere(String include) throws IOException {
    var conf = file("a.conf", "steps = 1\n" + include);
    assertThat(problems(List.of(conf)))
        .singleElement()
        .asString()
        .contains("a.conf: include ", "only files are included");
  }

  /** Not even by a word of the command line, and none of its words is dropped. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "optim={include url(\"http://127.0.0.1:1/a.conf\")}",
        "optim={include \"none.conf\"}",
        "optim={lr = 1}, steps=9",
        "names=[a], steps=9"
      })
  void aWordOfTheCommandLineIsOneKeyWithItsValue(String word) {
    assertThat(problems(List.of(), "out=x", word))
        .singleElement()
        .asString()
        .startsWith("command line: ")
        .containsAnyOf("an include stands in a file only", "is more than one key with its value");
  }

  @ParameterizedTest
  @CsvSource({
    "include required(file(\"none.conf\"))",
    "include \"none.conf\"",
    "optim { include required(file(\"none.conf\")) }",
  })
  void refusesAnIncludeThatIsMissing(String include) throws IOException {
    var conf = file("a.conf", "steps = 1\n" + include);
    assertThat(problems(List.of(conf)))
        .containsExactly(
            conf
                + ": 2: include of none.conf: no such file; it is looked for at "
                + dir.resolve("none.conf"));
  }

  @Test
  void nestingAndDigitsHaveAnEnd() throws IOException {
    var braces = file("braces.conf", "a{".repeat(20_000));
    var closed = file("closed.conf", "a{".repeat(300) + "}".repeat(300));
    var dots = file("dots.conf", "a" + ".a".repeat(20_000) + " = 1");
    for (var conf : List.of(braces, closed, dots)) {
      assertThat(problems(List.of(conf)))
          .singleElement()
          .asString()
          .contains(conf + ": is nested deeper than 100 levels");
    }
    assertThatThrownBy(
            () -> load(List.of(), "out=x", "steps=" + "9".repeat(1_000_000)).bind(Training.class))
        .hasMessageContaining("steps must be a whole number")
        .message()
        .hasSizeLessThan(300);
  }

  @Test
  void refusesAFileThatIncludesItself() throws IOException {
    var conf = file("a.conf", "include \"b.conf\"");
    file("b.conf", "include \"a.conf\"");
    assertThat(problems(List.of(conf)))
        .containsExactly(dir.resolve("b.conf") + ": 1: include of a.conf includes itself");
  }

  @Test
  void refusesFilesThatAreMissingOrMalformed() throws IOException {
    var missing = dir.resolve("none.conf");
    var malformed = file("bad.conf", "steps = 1\nseed = ]");
    var unresolved = file("loose.conf", "seed = ${nowhere}");
    assertThat(problems(List.of(missing, malformed)))
        .satisfiesExactly(
            problem -> assertThat(problem).isEqualTo(missing + ": no such file"),
            problem -> assertThat(problem).startsWith(malformed + ": 2: "));
    assertThat(problems(List.of(unresolved)))
        .singleElement()
        .asString()
        .startsWith(unresolved + ": 1: ");
  }

  @Test
  void aCheckOutsideOfABindingNamesItsComponents() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Optimiser(0, -1))
        .withMessage("lr must be > 0, got 0.0\ndecay must be >= 0, got -1.0");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  private static Settings load(List<Path> files, String... overrides) {
    return Settings.load(REFERENCE, "train", files, List.of(overrides));
  }

  private static List<String> problems(List<Path> files, String... overrides) {
    var thrown =
        catchThrowableOfType(
            SettingsException.class, () -> load(files, overrides).bind(Training.class));
    assertThat(thrown).isNotNull();
    return thrown.problems();
  }
}
