package ai.echogen.data.ingest.formats.common;

import ai.echogen.storage.Location;
import ai.echogen.storage.UnnameableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** The files of images that annotations do not name. */
public final class ImageNames {
  private ImageNames() {}

  /** The first name that a file below the folder has; the first of all if there is no such file. */
  public static String find(Location folder, List<String> names) throws IOException {
    for (var name : names) {
      if (isFile(folder, name)) {
        return name;
      }
    }
    return names.get(0);
  }

  private static boolean isFile(Location folder, String name) throws IOException {
    if (name.startsWith("/") || List.of(name.split("/", -1)).contains("..")) {
      return false;
    }
    try {
      return folder.child(name).status().isFile();
    } catch (FileNotFoundException e) {
      return false;
    } catch (UnnameableException e) {
      throw e; // the file may well be there
    } catch (IllegalArgumentException e) { // such as a colon on HDFS
      return false;
    }
  }
}
