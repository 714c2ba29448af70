package ai.echogen;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import java.io.File;
import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/**
 * What the product is built of and run with: some libraries whose old versions had holes that were
 * much used. It needs no network and is no scan, for which there is {@code target/bom.json}.
 */
class DependenciesTest {
  private static final Pattern JAR =
      Pattern.compile("(.+?)-(\\d[\\w.]*?)(?:[.-](?:Final|GA|M11|linux|v\\d).*)?\\.jar");

  /** The first version in which a hole is mended. */
  private static final Map<String, String> SAFE_FROM =
      Map.ofEntries(
          Map.entry("commons-collections", "3.2.2"), // CVE-2015-7501
          Map.entry("commons-compress", "1.21"), // CVE-2021-35515 to 36090
          Map.entry("commons-io", "2.14.0"), // CVE-2024-47554
          Map.entry("commons-text", "1.10.0"), // CVE-2022-42889
          Map.entry("gson", "2.8.9"), // CVE-2022-25647
          Map.entry("ivy", "2.5.2"), // CVE-2022-46751
          Map.entry("jackson-databind", "2.13.4.2"), // CVE-2022-42003
          Map.entry("log4j-core", "2.17.1"), // CVE-2021-44832, with 44228 and 45046
          Map.entry("protobuf-java", "3.19.6"), // CVE-2022-3171
          Map.entry("snakeyaml", "2.0"), // CVE-2022-1471
          Map.entry("snappy-java", "1.1.10.4")); // CVE-2023-43642

  @Test
  void nothingIsOlderThanTheMendOfAMuchUsedHole() {
    var versions = versions();
    assertThat(versions).containsKeys("log4j-core", "jackson-databind", "snappy-java", "gson");
    SAFE_FROM.forEach(
        (artifact, safe) -> {
          if (versions.containsKey(artifact)) {
            assertThat(Version.parse(versions.get(artifact)))
                .as(artifact)
                .isGreaterThanOrEqualTo(Version.parse(safe));
          }
        });
  }

  /** The profile's natives are not fetched, some gigabytes; what must fit them is here. */
  @Test
  void theProfileForCudaTakesTheFlavorThatTheJniLibraryIsThereFor() throws Exception {
    var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
    var profiles = pom.getElementsByTagName("profile");
    var flavors = new ArrayList<String>();
    for (int i = 0; i < profiles.getLength(); i++) {
      var profile = (Element) profiles.item(i);
      if (profile.getElementsByTagName("id").item(0).getTextContent().equals("cuda")) {
        flavors.add(profile.getElementsByTagName("libtorch.flavor").item(0).getTextContent());
      }
    }
    assertThat(flavors).hasSize(1);
    var library = "jnilib/linux-x86_64/" + flavors.get(0) + "/libdjl_torch.so";
    assertThat(PtNDArray.class.getClassLoader().getResource(library)).isNotNull();
  }

  private static Map<String, String> versions() {
    var versions = new TreeMap<String, String>();
    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(path -> JAR.matcher(new File(path).getName()))
        .filter(jar -> jar.matches())
        .forEach(jar -> versions.put(jar.group(1), jar.group(2)));
    return versions;
  }
}
