package ai.echogen.data.shards;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.unsafe.types.UTF8String;

/** Spark SQL's order of strings, by their UTF-8 bytes; Java's own is by UTF-16 units. */
final class Utf8Order implements Comparator<String>, Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public int compare(String a, String b) {
    return UTF8String.fromString(a).compareTo(UTF8String.fromString(b));
  }
}
