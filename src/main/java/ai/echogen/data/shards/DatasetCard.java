package ai.echogen.data.shards;

import java.util.Locale;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Hugging Face dataset card of a shard directory. Its {@code dataset_info} block tells {@code
 * datasets} that the column {@code image} is an Image, which Parquet itself cannot say.
 */
final class DatasetCard {
  private final StringBuilder text = new StringBuilder();

  private DatasetCard() {}

  static String of(Manifest manifest) {
    var card = new DatasetCard();
    card.header(manifest);
    card.body(manifest);
    return card.text.toString();
  }

  private void header(Manifest manifest) {
    line("---");
    line("configs:");
    line("- config_name: default");
    line("  data_files:");
    for (var split : manifest.rows().keySet()) {
      line("  - split: " + split);
      line("    path: data/" + split + "-*.parquet");
    }
    line("dataset_info:");
    line("  features:");
    features("  ", manifest.schema());
    line("  splits:");
    for (var split : manifest.rows().keySet()) {
      line("  - name: " + split);
      line("    num_bytes: " + bytes(manifest, split));
      line("    num_examples: " + manifest.rows().get(split));
    }
    line("---");
  }

  private void features(String indent, StructType struct) {
    for (var field : struct.fields()) {
      line(indent + "- name: " + field.name());
      feature(indent + "  ", field);
    }
  }

  private void feature(String indent, StructField field) {
    if (HubFeatures.isImage(field.dataType())) {
      line(indent + "dtype: image");
    } else if (field.dataType() instanceof ArrayType list) {
      if (list.elementType() instanceof StructType struct) {
        line(indent + "list:");
        features(indent, struct);
      } else {
        line(indent + "list: " + HubFeatures.name(list.elementType()));
      }
    } else if (field.dataType() instanceof StructType struct) {
      line(indent + "struct:");
      features(indent, struct);
    } else {
      line(indent + "dtype: " + HubFeatures.name(field.dataType()));
    }
  }

  private void body(Manifest manifest) {
    line("");
    line("# Samples for EchoGen");
    line("");
    line("Written by the job `%s`. Load it with:".formatted(manifest.job()));
    line("");
    line("```python");
    line("datasets.load_dataset(\"path/to/this/directory\")");
    line("```");
    line("");
    line("| split | rows | files | bytes |");
    line("|---|---|---|---|");
    for (var split : manifest.rows().keySet()) {
      line(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %d |",
              split,
              manifest.rows().get(split),
              manifest.files(split).size(),
              bytes(manifest, split)));
    }
    reasons("Left out", manifest.dropped());
    if (!manifest.dropped().isEmpty()) {
      line("");
      line(
          "`%s`, if it is there, names each of them; it is no data."
              .formatted(ShardStore.LEFT_OUT));
    }
    reasons("Kept with a change", manifest.adjusted());
    line("");
    line("`manifest.json` holds the settings, and the digest of each file.");
  }

  private void reasons(String title, java.util.List<Dropped> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    line("");
    line("| " + title + " | count |");
    line("|---|---|");
    for (var reason : reasons) {
      line(String.format(Locale.ROOT, "| %s | %d |", reason.reason(), reason.count()));
    }
  }

  private static long bytes(Manifest manifest, String split) {
    return manifest.files(split).stream().mapToLong(ShardFile::bytes).sum();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
