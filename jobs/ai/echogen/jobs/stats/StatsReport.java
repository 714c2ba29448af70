package ai.echogen.jobs.stats;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.stats.SameImage;
import ai.echogen.data.stats.ShardStats;
import ai.echogen.data.stats.StatsJson;
import ai.echogen.data.stats.TextCounts;
import ai.echogen.data.stats.TextKind;
import ai.echogen.data.stats.WholeCounts;
import ai.echogen.observe.HeatMap;
import ai.echogen.observe.HtmlReport;
import ai.echogen.observe.Table;
import ai.echogen.observe.Thumbnail;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of {@code stats}: what to look at first, then each split with its pictures. */
public final class StatsReport {
  private static final int MANIFEST_EXAMPLES = 3;
  private static final double MEGABYTE = 1e6;

  private final HtmlReport report;

  private StatsReport(HtmlReport report) {
    this.report = report;
  }

  /**
   * The page as a file.
   *
   * @param data where the shards are
   * @param pictures of each split
   * @param provenance what made the page, as JSON
   */
  public static byte[] html(
      String data,
      ShardStats stats,
      Manifest manifest,
      Map<String, List<Thumbnail>> pictures,
      String provenance) {
    var report = new HtmlReport("What is in " + data);
    var page = new StatsReport(report);
    report.table(overview(stats));
    page.shared(stats);
    stats
        .splits()
        .forEach((name, split) -> page.split(name, split, pictures.getOrDefault(name, List.of())));
    report.heading("How the shards were made");
    report.paragraph("By the job " + manifest.job() + ".");
    page.reasons("Left out", manifest.dropped());
    page.reasons("Kept with a change", manifest.adjusted());
    report.folded("settings of that job", manifest.settings().toPrettyString());
    report.folded("what made this page", provenance);
    return report.html().getBytes(UTF_8);
  }

  /** The few numbers that the console shows. */
  public static Table summary(ShardStats stats) {
    var table = new Table("split", "rows", "regions an image", "caption words", "duplicates");
    stats
        .splits()
        .forEach(
            (name, split) ->
                table.row(
                    name,
                    split.rows().rows(),
                    split.rows().regions().mean(),
                    split.rows().captionWords().median(),
                    split.images().duplicates()));
    return table;
  }

  private static Table overview(ShardStats stats) {
    var table =
        new Table(
            "split",
            "rows",
            "images in MB",
            "different images",
            "duplicates",
            "regions",
            "regions an image (mean)",
            "caption words (median)",
            "phrases",
            "categories",
            "sources");
    stats
        .splits()
        .forEach(
            (name, split) ->
                table.row(
                    name,
                    split.rows().rows(),
                    split.images().bytes() / MEGABYTE,
                    split.images().distinct(),
                    split.images().duplicates(),
                    split.rows().regions().sum(),
                    split.rows().regions().mean(),
                    split.rows().captionWords().median(),
                    split.texts(TextKind.PHRASE).distinct(),
                    split.texts(TextKind.CATEGORY).distinct(),
                    split.texts(TextKind.SOURCE).distinct()));
    return table;
  }

  private void shared(ShardStats stats) {
    long images = stats.images().numShared();
    if (images > 0) {
      report.subheading("Images in several splits");
      report.paragraph(
          String.format(
              Locale.ROOT,
              "Images that are in more than one split, byte for byte: %,d. What is measured on one"
                  + " in a test split was seen in training. The first:",
              images));
      report.table(copies(stats.images().shared()));
    } else if (stats.splits().size() > 1) {
      report.paragraph("No image is in more than one split, byte for byte.");
    }
  }

  private void split(String name, ShardStats.Split split, List<Thumbnail> pictures) {
    report.heading(name);
    if (!pictures.isEmpty()) {
      report.figures(pictures);
    }
    var rows = split.rows();
    report.subheading("Lengths and sizes");
    var ranges = new Table("", "least", "median", "mean", "most");
    row(ranges, "width in pixels", rows.widths());
    row(ranges, "height in pixels", rows.heights());
    row(ranges, "words of a caption", rows.captionWords());
    row(ranges, "letters of a caption", rows.captionLetters());
    row(ranges, "regions of an image", rows.regions());
    report.table(ranges);
    report.figures(
        List.of(
            StatsCharts.whole("Regions of an image", rows.regions().histogram(StatsJson.REGIONS)),
            StatsCharts.whole("Words of a caption", rows.captionWords().histogram(StatsJson.WORDS)),
            StatsCharts.whole(
                "Letters of a caption", rows.captionLetters().histogram(StatsJson.LETTERS)),
            StatsCharts.texts("Sizes in pixels", split.texts(TextKind.SIZE), StatsJson.MOST_SIZES),
            StatsCharts.formats(split.images().formats())));
    report.subheading("Boxes");
    report.figures(
        List.of(
            new HeatMap("Centres of boxes in the image", rows.centers()),
            new HeatMap("Boxes over each place of the image", rows.covered()),
            StatsCharts.shares("Area of a box, of its image", rows.boxAreas()),
            StatsCharts.shares("Width of a box, of its image", rows.boxWidths()),
            StatsCharts.shares("Height of a box, of its image", rows.boxHeights())));
    report.subheading("Phrases, categories and sources");
    report.figures(
        List.of(
            StatsCharts.texts("Phrases", split.texts(TextKind.PHRASE), TextCounts.MOST),
            StatsCharts.texts("Categories", split.texts(TextKind.CATEGORY), TextCounts.MOST),
            StatsCharts.texts("Sources", split.texts(TextKind.SOURCE), TextCounts.MOST)));
    if (split.images().duplicates() > 0) {
      report.subheading("Images that several rows have");
      report.paragraph(
          String.format(
              Locale.ROOT,
              "Rows with an image that a row before them has, byte for byte: %,d. The first"
                  + " images:",
              split.images().duplicates()));
      report.table(copies(split.images().repeated()));
    }
  }

  private void reasons(String title, List<Dropped> reasons) {
    report.subheading(title);
    if (reasons.isEmpty()) {
      report.paragraph("Nothing.");
      return;
    }
    var table = new Table("number", "reason", "for example");
    for (var reason : reasons) {
      var examples = reason.examples().stream().limit(MANIFEST_EXAMPLES);
      table.row(reason.count(), reason.reason(), examples.collect(Collectors.joining("; ")));
    }
    report.table(table);
  }

  private static void row(Table table, String name, WholeCounts counts) {
    table.row(name, counts.min(), counts.median(), counts.mean(), counts.max());
  }

  private static Table copies(List<SameImage> images) {
    var table = new Table("split", "rows", "ids");
    for (var image : images) {
      image
          .splits()
          .forEach((split, rows) -> table.row(split, rows.count(), String.join(", ", rows.ids())));
    }
    return table;
  }
}
