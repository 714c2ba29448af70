package ai.echogen.scoring.benchmarks;

import ai.echogen.storage.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cases that the driver has: they travel to the task, and it reads their pictures.
 *
 * @param folder of the true pictures; null where they are not looked at
 * @param names of their files below it, by id
 */
public record GivenCases(List<Case> cases, @Nullable Location folder, Map<String, String> names)
    implements CaseSource {
  public GivenCases {
    cases = List.copyOf(cases);
    names = Map.copyOf(names);
  }

  @Override
  public List<Case> read() throws IOException {
    if (folder == null) {
      return cases;
    }
    var read = new ArrayList<Case>();
    for (var sample : cases) {
      var name = names.get(sample.id());
      read.add(name == null ? sample : sample.withOriginal(bytes(folder.child(name))));
    }
    return read;
  }

  private static byte @Nullable [] bytes(Location file) throws IOException {
    try {
      return file.read();
    } catch (FileNotFoundException e) {
      return null; // is counted as missing
    }
  }
}
