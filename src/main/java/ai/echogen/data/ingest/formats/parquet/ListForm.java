package ai.echogen.data.ingest.formats.parquet;

import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/** The forms that lists and maps have in Parquet (parquet-format, LogicalTypes, with old ones). */
final class ListForm {
  private ListForm() {}

  /** Whether it is a list of two or three levels. */
  static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && holdsRepeated(group);
  }

  static boolean isMap(GroupType group) {
    LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
    return (annotation instanceof MapLogicalTypeAnnotation
            || annotation instanceof MapKeyValueTypeAnnotation)
        && holdsRepeated(group)
        && !group.getType(0).isPrimitive()
        && group.getType(0).asGroupType().getFieldCount() == 2
        && group.getType(0).asGroupType().getType(0).isPrimitive();
  }

  private static boolean holdsRepeated(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  /** Whether what is repeated in a list is an element, and not a group around one. */
  static boolean repeatsElements(GroupType list) {
    var repeated = list.getType(0);
    return repeated.isPrimitive()
        || repeated.asGroupType().getFieldCount() != 1
        || repeated.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED)
        || repeated.getName().equals("array")
        || repeated.getName().equals(list.getName() + "_tuple");
  }

  /** The type of a list's elements; it is the repeated one itself in a list of two levels. */
  static Type element(GroupType list) {
    var repeated = list.getType(0);
    return repeatsElements(list) ? repeated : repeated.asGroupType().getType(0);
  }
}
