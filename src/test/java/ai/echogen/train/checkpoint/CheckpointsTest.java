package ai.echogen.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.Mutants;
import ai.echogen.json.JsonText;
import ai.echogen.storage.Location;
import ai.echogen.storage.RemoteFileSystem;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept and what is gone on with, on local disks and on a file system that is not. */
@ParameterizedClass
@ValueSource(strings = {"file", "remote"})
class CheckpointsTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout.Builder().add("matrix", 40, 50).add("bias", 40).build();
  private static final TrainerSettings SETTINGS =
      new TrainerSettings(
          100,
          8,
          4,
          3,
          1,
          new CheckpointSettings(4, 2, 1000),
          EvalSettings.NEVER,
          ExchangeSettings.everyStep(ExchangeSettings.Wire.FLOAT32),
          DivergenceSettings.STOP_AFTER_TEN,
          StopSettings.STANDARD,
          new OptimizerSettings(
              OptimizerSettings.Method.SGD,
              0.1,
              0,
              OptimizerSettings.Schedule.CONSTANT,
              1,
              0.9,
              0.99,
              1e-8,
              0.95,
              0,
              1));
  private static final Map<String, String> FINGERPRINTS =
      Map.of("data", "d".repeat(64), "tokenizer", "t".repeat(64));

  @Parameter String scheme;
  @TempDir private Path temp;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void register() {
    RemoteFileSystem.register(temp);
  }

  @AfterEach
  void forget() {
    RemoteFileSystem.properties(temp).keySet().forEach(System::clearProperty);
  }

  @Test
  void theNewestIsReadBackAndTheOldestBeyondThoseKeptAreRemoved() throws IOException {
    var checkpoints = checkpoints();
    for (int step = 4; step <= 16; step += 4) {
      write(checkpoints, step);
    }
    assertThat(names()).containsExactly("step-00000012", "step-00000016");
    var resumed = checkpoints();
    var found = resumed.newest().orElseThrow();
    assertThat(found.state().step()).isEqualTo(16);
    try (var weights = resumed.read(found.state())) {
      assertThat(weights.values("bias")).containsOnly(16f);
    }
    write(resumed, 20);
    assertThat(names()).containsExactly("step-00000016", "step-00000020");
  }

  @Test
  void tornAndForeignDirectoriesAreNeitherCountedNorRemoved() throws IOException {
    Files.createDirectories(folder().resolve("step-00000090"));
    Files.createDirectories(folder().resolve("step-00000091"));
    Files.createDirectories(folder().resolve("step-by-step"));
    Files.writeString(folder().resolve("step-00000092"), "a file");
    var checkpoints = checkpoints();
    assertThat(checkpoints.newest()).isEmpty();
    write(checkpoints, 4);
    assertThat(names())
        .contains("step-00000004", "step-by-step", "step-00000092")
        .anyMatch(name -> name.startsWith("set-aside-step-00000090-"))
        .anyMatch(name -> name.startsWith("set-aside-step-00000091-"))
        .hasSize(5);
    assertThat(checkpoints().newest().orElseThrow().state().step()).isEqualTo(4);
    assertThat(said()).contains("step-00000090", "set aside as set-aside-step-00000090-");
  }

  @Test
  void aRunThatStartsAnewIsNeverTakenForTheOneBefore() throws IOException {
    var before = checkpoints();
    write(before, 40);
    write(before, 44);
    before.pinBest(44, 1.5);
    before.noteRollback(44, 0.5, 1);
    checkpoints().startAnew();
    assertThat(checkpoints().newest()).isEmpty();
    var anew = checkpoints();
    write(anew, 4);
    write(anew, 8);
    assertThat(anew.best()).isEmpty();
    var found = checkpoints().newest().orElseThrow();
    assertThat(found.state().step()).isEqualTo(8);
    assertThat(found.rollbacks()).isZero();
    assertThat(names()).filteredOn(name -> name.startsWith("set-aside-")).hasSize(2);
  }

  /** One that begins in a used directory without asking what is there. */
  @Test
  void anotherRunsCheckpointsAreSetAsideWhenTheFirstIsWritten() throws IOException {
    write(checkpoints(), 40);
    write(checkpoints(), 4);
    assertThat(checkpoints().newest().orElseThrow().state().step()).isEqualTo(4);
    assertThat(names()).filteredOn(name -> name.startsWith("set-aside-step-00000040-")).hasSize(1);
  }

  @Test
  void filesAreHashedAsTheyStreamBy() throws IOException {
    write(checkpoints(), 4);
    long copies = RemoteFileSystem.numCopiesToDisk();
    assertThat(checkpoints().newest()).isPresent();
    assertThat(RemoteFileSystem.numCopiesToDisk()).isEqualTo(copies);
    var file = folder().resolve("step-00000004/trainer.json");
    var weights = folder().resolve("step-00000004/model-00001-of-00002.safetensors");
    assertThat(Files.readString(file)).contains(weights.getFileName().toString());
    var bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThat(checkpoints().newest()).isEmpty();
    assertThat(said()).contains("model-00001-of-00002.safetensors has another SHA-256");
  }

  /** The index has a digest of itself: no other step, no other file is believed. */
  @Test
  void anIndexThatWasChangedIsPassedOver() throws IOException {
    write(checkpoints(), 4);
    var file = folder().resolve("step-00000004/trainer.json");
    var text = Files.readString(file);
    var edits =
        Map.of(
            "\"step\" : 4", "\"step\" : 5",
            "\"run\" : \"", "\"run\" : \"x",
            "\"lr_scale\" : 1.0", "\"lr_scale\" : 0.5",
            "\"skipped_in_row\" : 0", "\"skipped_in_row\" : \"0\"",
            "\"key\"", "\"keys\"",
            "model-00001", "model-00003");
    for (var edit : edits.entrySet()) {
      assertThat(text).contains(edit.getKey());
      Files.writeString(file, text.replace(edit.getKey(), edit.getValue()));
      said.reset();
      assertThat(checkpoints().newest()).as(edit.getValue()).isEmpty();
      assertThat(said())
          .contains(
              "step-00000004: trainer.json is not as it was written: its own sha256 is another");
    }
    Files.writeString(file, text);
    assertThat(checkpoints().newest()).isPresent();
  }

  /** Whatever was done to a file of a checkpoint, it is passed over by name, and nothing fails. */
  @Test
  void noMutantOfAFileIsTaken() throws IOException {
    write(checkpoints(), 4);
    var directory = folder().resolve("step-00000004");
    int each = "full".equals(System.getProperty("echogen.fuzz")) ? 3000 : 150;
    for (var name : List.of("trainer.json", "model-00001-of-00002.safetensors")) {
      var file = directory.resolve(name);
      boolean isJson = name.endsWith("json");
      var whole = Files.readAllBytes(file);
      for (int i = 0; i < each; i++) {
        var mutant = Mutants.of(whole, isJson, 1, i);
        Files.write(file, mutant);
        said.reset();
        boolean taken = checkpoints().newest().isPresent();
        boolean same = isJson ? isSame(whole, mutant) : Arrays.equals(whole, mutant);
        assertThat(taken).as("%s, mutant %d: %s", name, i, said()).isEqualTo(same);
        assertThat(same || said().contains("step-00000004")).as(said()).isTrue();
      }
      Files.write(file, whole);
    }
    assertThat(checkpoints().newest()).isPresent();
  }

  private static boolean isSame(byte[] whole, byte[] mutant) {
    try {
      return JsonText.parse(whole, "whole").equals(JsonText.parse(mutant, "mutant"));
    } catch (
        IllegalArgumentException e) { // also what laxer parsers take: a key twice, more behind it
      return false;
    }
  }

  @Test
  void otherDataTokenizerOrStartModelIsRefusedByNameWithTheWayOut() throws IOException {
    write(checkpoints(), 4);
    var other = Map.of("data", "e".repeat(64), "tokenizer", "t".repeat(64), "init", "i");
    assertThatThrownBy(() -> checkpoints("{}", other).newest())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("what data holds was dddddddddddd…, is eeeeeeeeeeee…")
        .hasMessageContaining("what init holds was not there, is i")
        .hasMessageContaining("resume=none")
        .hasMessageNotContaining("tokenizer");
    assertThat(names()).containsExactly("step-00000004");
    assertThat(checkpoints("{\"data\": \"elsewhere\"}", FINGERPRINTS).newest()).isPresent();
  }

  @Test
  void otherSizesOrAnotherFormAreRefused() throws IOException {
    write(checkpoints("{\"form\": \"layered\", \"model\": {\"hidden\": 16}}", FINGERPRINTS), 4);
    var other = "{\"form\": \"separate\", \"model\": {\"hidden\": 32}}";
    assertThatThrownBy(() -> checkpoints(other, FINGERPRINTS).newest())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("form was \"layered\", is \"separate\"")
        .hasMessageContaining("model.hidden was 16, is 32");
  }

  @Test
  void aRollbackIsRememberedBeforeTheNextCheckpointAndIn() throws IOException {
    var checkpoints = checkpoints();
    write(checkpoints, 4);
    checkpoints.noteRollback(4, 0.5, 1);
    var found = checkpoints().newest().orElseThrow();
    assertThat(found.rollbacks()).isEqualTo(1);
    assertThat(found.lrScale()).isEqualTo(0.5);
    write(checkpoints, 8, 0.25, 2);
    found = checkpoints().newest().orElseThrow();
    assertThat(found.rollbacks()).isEqualTo(2);
    assertThat(found.lrScale()).isEqualTo(0.25);
    Files.writeString(folder().resolve("rollback.json"), "{\"run");
    assertThat(checkpoints().newest().orElseThrow().rollbacks()).isEqualTo(2);
  }

  /** A learning rate of nothing, or a best that is no number, would be gone on with. */
  @Test
  void aNoteThatWasNotWrittenLikeThatIsPassedOver() throws IOException {
    var checkpoints = checkpoints();
    write(checkpoints, 4);
    checkpoints.noteRollback(4, 0.5, 3);
    checkpoints.pinBest(4, 1.25);
    var rollback = Files.readString(folder().resolve("rollback.json"));
    for (var edit :
        List.of(
            List.of(",\"lr_scale\":0.5", ""),
            List.of("0.5", "0"),
            List.of("0.5", "-2"),
            List.of("0.5", "1.5"),
            List.of("0.5", "\"NaN\""),
            List.of("\"rollbacks\":3", "\"rollbacks\":-3"),
            List.of("\"rollbacks\":3", "\"rollbacks\":3.5"),
            List.of("\"rollbacks\":3", "\"rollbacks\":3,\"rollbacks\":4"),
            List.of("}", "} and more"))) {
      passedOver("rollback.json", rollback, edit.get(0), edit.get(1));
      assertThat(checkpoints().newest().orElseThrow().rollbacks()).isZero();
    }
    Files.writeString(folder().resolve("rollback.json"), rollback);
    assertThat(checkpoints().newest().orElseThrow().rollbacks()).isEqualTo(3);
    var best = Files.readString(folder().resolve("best.json"));
    for (var value : List.of("\"x\"", "1e999", "null", "true")) {
      passedOver("best.json", best, "1.25", value);
    }
  }

  private void passedOver(String name, String text, String from, String to) throws IOException {
    assertThat(text).contains(from);
    Files.writeString(folder().resolve(name), text.replace(from, to));
    said.reset();
    var resumed = checkpoints();
    assertThat(resumed.newest()).isPresent();
    assertThat(resumed.best().isPresent()).as(to).isEqualTo(!name.equals("best.json"));
    assertThat(said()).as(to).contains("passing over ").contains(name);
  }

  /** Whoever can write a directory can make its digest too. */
  @Test
  void anIndexOfFilesElsewhereOrOfAnImpossibleLearningRateIsPassedOver() throws Exception {
    write(checkpoints(), 4);
    var file = folder().resolve("step-00000004/trainer.json");
    var text = Files.readString(file);
    var secret = folder().resolve("secret.safetensors");
    Files.copy(folder().resolve("step-00000004/model-00001-of-00002.safetensors"), secret);
    var edits =
        Map.of(
            "\"model-00001-of-00002.safetensors\"", "\"../secret.safetensors\"",
            "\"config.json\"", "\"../step-00000004/config.json\"",
            "\"lr_scale\" : 1.0", "\"lr_scale\" : -5.0");
    for (var edit : edits.entrySet()) {
      assertThat(text).contains(edit.getKey());
      Files.write(file, signed(text.replace(edit.getKey(), edit.getValue())));
      said.reset();
      assertThat(checkpoints().newest()).as(edit.getValue()).isEmpty();
      assertThat(said()).containsAnyOf("must be names in the directory", "must be in (0, 1]");
    }
    Files.write(file, signed(text));
    assertThat(checkpoints().newest()).isPresent();
  }

  private static byte[] signed(String text) throws Exception {
    var json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    var root = (ObjectNode) json.readTree(text);
    root.remove("sha256");
    var digest = MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(root));
    return json.writeValueAsBytes(root.put("sha256", HexFormat.of().formatHex(digest)));
  }

  @Test
  void aNameWithMoreDigitsThanAStepHasIsForeign() throws IOException {
    var foreign = "step-99999999999999999999";
    Files.createDirectories(folder().resolve(foreign));
    assertThat(checkpoints().newest()).isEmpty();
    write(checkpoints(), 4);
    assertThat(checkpoints().newest()).isPresent();
    assertThat(names()).containsExactly("step-00000004", foreign);
  }

  @Test
  void theBestIsKeptUntilAnotherIsBetter() throws IOException {
    var checkpoints = checkpoints();
    write(checkpoints, 4);
    checkpoints.pinBest(4, 1.25);
    write(checkpoints, 8);
    write(checkpoints, 12);
    var resumed = checkpoints();
    assertThat(resumed.newest()).isPresent();
    write(resumed, 16);
    assertThat(names())
        .containsExactly("best.json", "step-00000004", "step-00000012", "step-00000016");
    var best = resumed.best().orElseThrow();
    assertThat(best.value()).isEqualTo(1.25);
    try (var weights = resumed.read(best.state())) {
      assertThat(weights.values("bias")).containsOnly(4f);
    }
    resumed.pinBest(16, 1);
    write(resumed, 20);
    assertThat(names()).containsExactly("best.json", "step-00000016", "step-00000020");
    assertThatThrownBy(() -> resumed.pinBest(4, 0)).isInstanceOf(IllegalStateException.class);
  }

  private Checkpoints checkpoints() {
    return checkpoints("{}", FINGERPRINTS);
  }

  private Checkpoints checkpoints(String configuration, Map<String, String> fingerprints) {
    var place = scheme.equals("file") ? folder().toString() : "remote:///run/checkpoints";
    return new Checkpoints(
        Location.of(place),
        LAYOUT,
        new OneFile(),
        configuration,
        fingerprints,
        new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private Path folder() {
    return temp.resolve("run/checkpoints");
  }

  private void write(Checkpoints checkpoints, int step) throws IOException {
    write(checkpoints, step, 1, 0);
  }

  private void write(Checkpoints checkpoints, int step, double lrScale, int rollbacks)
      throws IOException {
    try (var weights = Weights.zeros(LAYOUT)) {
      for (var parameter : LAYOUT.parameters()) {
        var values = new float[(int) parameter.size()];
        java.util.Arrays.fill(values, step);
        weights.set(parameter.name(), values);
      }
      var shard =
          new StateShard(
              StateShards.MODEL, step, List.of(CheckpointFile.WEIGHTS), List.of(weights.flat()));
      var target = checkpoints.begin(step);
      var written = new ArrayList<CheckpointFile.Written>();
      for (var file : checkpoints.plan(SETTINGS)) {
        written.add(file.write(target, LAYOUT, shard));
      }
      var unused = checkpoints.commit(step, 0, lrScale, rollbacks, written, SETTINGS);
    }
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder())) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private static final class OneFile implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes)
        throws IOException {
      Files.writeString(directory.resolve("config.json"), "{}");
    }
  }
}
