package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.deploy.Pom;
import ai.echogen.deploy.SecretNames;
import ai.echogen.deploy.Shell;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What {@code deploy/kubernetes} has, and what {@code job.sh} makes of the commands that {@code
 * deploy/README.md} shows, is what Kubernetes and the jobs take.
 */
class KubernetesTest {
  private static final Path FOLDER = Path.of("deploy/kubernetes");
  private static final Path SCRIPT = FOLDER.resolve("job.sh");
  private static final Path README = Path.of("deploy/README.md");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ {4}deploy/kubernetes/job\\.sh (.*) \\| kubectl apply -f -$");

  /** Commands of other clusters, and of a folder that was laid out. */
  private static final Pattern OTHER =
      Pattern.compile(
          "(?m)^ {4}deploy/(?:yarn\\.sh|standalone\\.sh submit|contained\\.sh \\S+ \\S+) (.*)$");

  private static final Pattern OPTIONS = Pattern.compile("^(?:--\\S+ +\\S+ +)+");
  private static final String IN_IMAGE = "/opt/echogen/";

  /** What runs where a person sits, or measures one machine. */
  private static final Set<String> LOCAL = Set.of("demo", "leak", "plan", "serve");

  @ParameterizedTest
  @MethodSource("commands")
  void commandBecomesAManifestOfTheJob(String command) throws Exception {
    var spec = spec(command);
    var main = Class.forName(text(spec, "mainClass"));
    assertThat(main.getMethod("main", String[].class)).isNotNull();
    var words = strings(spec.get("arguments"));
    var parsed = JobList.command(words.stream().map(KubernetesTest::here).toList());
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    assertThat(runner.settings(parsed.job(), parsed.args())).isNotNull();

    assertThat(text(spec, "sparkVersion")).isEqualTo(Pom.text("spark.version"));
    assertThat(text(spec, "mainApplicationFile"))
        .isEqualTo("local:///opt/echogen/target/echogen.jar");
    if (!command.contains("--image ")) {
      var version = "echogen:" + Pom.version();
      assertThat(text(spec, "image"))
          .isEqualTo(command.contains("--gpus ") ? version + "-" + Pom.cudaFlavor() : version);
    }
    assertThat(map(spec.get("sparkConf")))
        .allSatisfy((key, value) -> assertThat(value).as(key).isInstanceOf(String.class))
        .containsEntry("spark.authenticate", "true")
        .containsEntry("spark.ui.prometheus.enabled", "true")
        .allSatisfy((key, value) -> assertThat(SecretNames.has(key)).as(key).isFalse());
    assertThat(words).noneMatch(SecretNames::has);
    var executor = map(spec.get("executor"));
    assertThat(executor.get("instances")).isInstanceOf(Integer.class);
    for (var role : List.of("driver", "executor")) {
      var pod = map(map(map(spec.get(role)).get("template")).get("spec"));
      requireConfined(pod);
      assertThat(text(map(list(pod.get("containers")).get(0)), "name"))
          .isEqualTo("spark-kubernetes-" + role);
      assertThat(map(spec.get(role)).get("cores")).isInstanceOf(Integer.class);
    }
  }

  @Test
  void commandsOfOtherClustersAreOnesThatJobsTake() throws IOException {
    var runner = new JobRunner(Reference.builtIn(), System.out, System.err);
    var found = OTHER.matcher(Files.readString(README)).results().toList();
    assertThat(found).hasSizeGreaterThan(2);
    for (var command : found) {
      var job = words(OPTIONS.matcher(command.group(1)).replaceFirst(""));
      var parsed = JobList.command(job.stream().map(KubernetesTest::here).toList());
      assertThat(runner.settings(parsed.job(), parsed.args())).isNotNull();
    }
  }

  @Test
  void everyJobThatRunsOnAClusterIsShown() throws IOException {
    var shown =
        commands().stream()
            .map(command -> JobList.command(words(OPTIONS.matcher(command).replaceFirst(""))))
            .map(command -> command.job().name())
            .toList();
    assertThat(JobList.JOBS)
        .extracting(Job::name)
        .filteredOn(name -> !LOCAL.contains(name) && !name.startsWith("bench "))
        .isSubsetOf(shown);
  }

  @Test
  void gpusAreAskedForOnceAndFoundByTheScriptThatIsThere() throws IOException {
    var spec = spec("--gpus 1 --num-executors 3 pretrain data=/data/a out=/data/b");
    var conf = map(spec.get("sparkConf"));
    assertThat(conf)
        .containsEntry("spark.executor.resource.gpu.amount", "1")
        .containsEntry("spark.executor.resource.gpu.vendor", "nvidia.com")
        .containsEntry("spark.task.resource.gpu.amount", "1");
    var script = conf.get("spark.executor.resource.gpu.discoveryScript").toString();
    assertThat(Files.isExecutable(Path.of(here(script)))).isTrue();
    var executor = map(spec.get("executor"));
    assertThat(executor).containsEntry("instances", 3);
    var tolerations = list(map(map(executor.get("template")).get("spec")).get("tolerations"));
    assertThat(map(tolerations.get(0))).containsEntry("key", "nvidia.com/gpu");
    assertThat(map(map(map(spec.get("driver")).get("template")).get("spec")))
        .doesNotContainKey("tolerations");
  }

  @Test
  void benchmarksBringTheirJarAndWordsKeepTheirCharacters() throws IOException {
    var result =
        Shell.run(
            Path.of(""),
            Map.of(),
            SCRIPT,
            List.of("bench", "train", "samplesTo=/data/a \"b\" \\c", "--config", "conf/x.conf"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).startsWith("error: --config conf/x.conf: is none of the ");
    result =
        Shell.run(
            Path.of(""),
            Map.of(),
            SCRIPT,
            List.of("bench", "train", "samplesTo=/data/a \"b\" \\c: #d"));
    var manifest = map(yaml().load(result.output()));
    assertThat(map(manifest.get("metadata"))).containsEntry("name", "echogen-bench-train");
    var spec = map(manifest.get("spec"));
    assertThat(strings(spec.get("arguments")))
        .containsExactly("bench", "train", "samplesTo=/data/a \"b\" \\c: #d");
    assertThat(map(spec.get("deps")))
        .containsEntry("jars", List.of("local:///opt/echogen/target/echogen-perf.jar"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--name Echo score",
        "--gpus some score",
        "--executor-cores 0 score",
        "--conf spark.a score",
        "--nmae x score",
        "--master yarn score",
        "--config ../pom.xml",
        ""
      })
  void aMistakeIsOneLineThatNamesIt(String command) {
    var words = command.isEmpty() ? List.<String>of() : List.of(command.split(" "));
    var result = Shell.run(Path.of(""), Map.of(), SCRIPT, words);
    assertThat(result.code()).as(result.output()).isEqualTo(2);
    assertThat(result.lines()).filteredOn(line -> line.startsWith("error: ")).hasSize(1);
  }

  @Test
  void sparkSubmitIsGivenTheSame(@TempDir Path dir) throws IOException {
    Shell.program(
        dir.resolve("bin/spark-submit"),
        Shell.ECHO
            + "for word in \"$@\"; do\n"
            + "  case $word in *podTemplateFile=*) cat \"${word##*=}\" ;; esac\n"
            + "done\n");
    var command =
        List.of(
            "--master",
            "k8s://https://host:6443",
            "--conf=spark.executor.memory=8g",
            "pretrain",
            "--config",
            "conf/model/tiny.conf",
            "data=/data/a b");
    var result = Shell.run(Path.of(""), Map.of("SPARK_HOME", dir.toString()), SCRIPT, command);
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.lines())
        .startsWith("spark-submit", "--master", "k8s://https://host:6443")
        .containsSequence("--deploy-mode", "cluster")
        .containsSequence("--class", Main.class.getName())
        .containsSequence("--conf", "spark.executor.memory=8g")
        .containsSequence("--conf", "spark.kubernetes.container.image=echogen:" + Pom.version())
        .containsSequence(
            "local:///opt/echogen/target/echogen.jar",
            "pretrain",
            "--config",
            "/opt/echogen/conf/model/tiny.conf",
            "data=/data/a b")
        .contains("kind: Pod", "        readOnlyRootFilesystem: true");
    result = Shell.run(Path.of(""), Map.of("SPARK_HOME", ""), SCRIPT, command);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).startsWith("error: SPARK_HOME=: has no bin/spark-submit; ");
  }

  @Test
  void namespaceHasWhatPodsNameAndNoMoreRightsThanADriverUses() throws IOException {
    var documents = new ArrayList<Map<String, Object>>();
    yaml()
        .loadAll(Files.readString(FOLDER.resolve("setup.yaml")))
        .forEach(document -> documents.add(map(document)));
    assertThat(documents)
        .allSatisfy(document -> assertThat(document).containsKeys("apiVersion", "kind", "metadata"))
        .noneSatisfy(document -> assertThat(document).containsEntry("kind", "Secret"));
    assertThat(names(documents, "ServiceAccount"))
        .containsExactlyInAnyOrder(
            text(map(spec("doctor").get("driver")), "serviceAccount"),
            text(map(spec("doctor").get("executor")), "serviceAccount"));
    var rules =
        documents.stream()
            .filter(document -> document.get("kind").equals("Role"))
            .flatMap(role -> list(role.get("rules")).stream())
            .map(KubernetesTest::map)
            .toList();
    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(strings(rule.get("resources"))).isSubsetOf("pods", "configmaps");
              assertThat(strings(rule.get("verbs"))).doesNotContain("*", "update", "patch");
            });

    var pod = map(map(yaml().load(Files.readString(FOLDER.resolve("pod.yaml")))).get("spec"));
    var volumes = list(pod.get("volumes")).stream().map(KubernetesTest::map).toList();
    assertThat(volumes)
        .filteredOn(volume -> volume.containsKey("persistentVolumeClaim"))
        .extracting(volume -> map(volume.get("persistentVolumeClaim")).get("claimName"))
        .containsExactlyElementsOf(names(documents, "PersistentVolumeClaim"));
    var readme = Files.readString(README);
    assertThat(volumes)
        .filteredOn(volume -> volume.containsKey("secret"))
        .extracting(volume -> map(volume.get("secret")).get("secretName"))
        .isNotEmpty()
        .allMatch(secret -> readme.contains("kubectl -n echogen create secret generic " + secret));
  }

  /** Checks the security of a pod, and that its variables hold no secret but by reference. */
  private static void requireConfined(Map<String, Object> pod) {
    assertThat(map(pod.get("securityContext"))).containsEntry("runAsNonRoot", true);
    assertThat(map(map(pod.get("securityContext")).get("seccompProfile")))
        .containsEntry("type", "RuntimeDefault");
    assertThat(list(pod.get("containers")))
        .hasSize(1)
        .allSatisfy(
            container -> {
              assertThat(map(map(container).get("securityContext")))
                  .containsEntry("allowPrivilegeEscalation", false)
                  .containsEntry("readOnlyRootFilesystem", true)
                  .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
              assertThat(list(map(container).get("env")))
                  .allSatisfy(
                      variable ->
                          assertThat(map(variable).containsKey("value"))
                              .isEqualTo(!SecretNames.has(text(map(variable), "name"))));
              var mounts = list(map(container).get("volumeMounts"));
              assertThat(mounts)
                  .extracting(mount -> text(map(mount), "name"))
                  .containsExactlyInAnyOrderElementsOf(
                      list(pod.get("volumes")).stream()
                          .map(volume -> text(map(volume), "name"))
                          .toList());
              assertThat(mounts)
                  .extracting(mount -> text(map(mount), "mountPath"))
                  .contains("/tmp", "/data");
            });
  }

  static List<String> commands() throws IOException {
    return COMMAND
        .matcher(Files.readString(README))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static Map<String, Object> spec(String command) {
    var result = Shell.run(Path.of(""), Map.of(), SCRIPT, words(command));
    assertThat(result.code()).as(result.output()).isZero();
    var manifest = map(yaml().load(result.output()));
    assertThat(manifest)
        .containsEntry("apiVersion", "sparkoperator.k8s.io/v1beta2")
        .containsEntry("kind", "SparkApplication");
    return map(manifest.get("spec"));
  }

  private static List<String> words(String command) {
    return Stream.of(command.split(" +")).map(word -> word.replaceAll("^'|'$", "")).toList();
  }

  /** A file of the image as it is here; a place in a store that is not here as a local one. */
  private static String here(String word) {
    return word.startsWith(IN_IMAGE)
        ? word.substring(IN_IMAGE.length())
        : word.replaceFirst("=(?:s3a|hdfs):/{2,3}", "=/");
  }

  private static List<String> names(List<Map<String, Object>> documents, String kind) {
    return documents.stream()
        .filter(document -> document.get("kind").equals(kind))
        .map(document -> text(map(document.get("metadata")), "name"))
        .toList();
  }

  private static Yaml yaml() {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    assertThat(value).isInstanceOf(List.class);
    return (List<Object>) value;
  }

  private static List<String> strings(Object value) {
    assertThat(list(value)).allSatisfy(word -> assertThat(word).isInstanceOf(String.class));
    return list(value).stream().map(Object::toString).toList();
  }

  private static String text(Map<String, Object> map, String key) {
    assertThat(map).containsKey(key);
    return map.get(key).toString();
  }
}
