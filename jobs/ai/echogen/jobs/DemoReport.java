package ai.echogen.jobs;

import ai.echogen.observe.HtmlReport;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.LineChart;
import ai.echogen.observe.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** The demo's {@code report.html} and {@code samples.png}. */
final class DemoReport {
  /** The numbers to look at first; the report holds all of them. */
  private static final List<String> HEADLINE =
      List.of(
          "grounding.acc50",
          "grounding.acc75",
          "grounding.mean_iou",
          "layout.ap50",
          "layout.ap75",
          "layout.mean_iou",
          "layout.color_right",
          "layout.shape_right",
          "cycle.mean_iou",
          "ceiling.ap50",
          "original.ap50",
          "tokenizer.psnr",
          "samples");

  private DemoReport() {}

  static Map<String, Double> headline(Map<String, Double> scores) {
    var chosen = new TreeMap<String, Double>();
    scores.forEach(
        (key, value) -> {
          if (HEADLINE.contains(key)
              || HEADLINE.stream().anyMatch(h -> key.equals("test_attributes." + h))) {
            chosen.put(key, value);
          }
        });
    return chosen;
  }

  static void write(
      DemoJob.Settings settings,
      String settingsJson,
      Map<String, Double> scores,
      Map<String, Double> seconds)
      throws IOException {
    var out = settings.out().local();
    Files.copy(
        settings.path("score").resolve("samples.png"),
        out.resolve("samples.png"),
        StandardCopyOption.REPLACE_EXISTING);
    var report =
        new HtmlReport("EchoGen demo")
            .paragraph(
                "One transformer that draws images from layouts and reads layouts from images, trained"
                    + " on synthetic scenes. All scores are on held-out layouts. The detector that"
                    + " judges the drawings is not a trained model.")
            .heading("Scores")
            .table(ScoreJob.table(headline(scores)))
            .heading("Drawings")
            .image(
                ImageIO.read(out.resolve("samples.png").toFile()),
                "Layout, and drawing; solid boxes were given, dashed ones read back from the drawing.");
    if (Files.exists(settings.path("tokenizer").resolve("samples.png"))) {
      report.image(
          ImageIO.read(settings.path("tokenizer").resolve("samples.png").toFile()),
          "Held-out images, and what the VQ tokenizer's codes decode to.");
    }
    report
        .heading("Training")
        .chart(chart(settings, "pretrain", "Transformer: loss", "loss", "loss.image", "loss.box"))
        .chart(chart(settings, "pretrain", "Transformer: samples/s", "samples/s"))
        .chart(chart(settings, "tokenizer", "VQ tokenizer: loss", "loss", "loss.l1", "loss.l2"));
    if (!seconds.isEmpty()) {
      var table = new Table("step", "seconds");
      seconds.forEach(table::row);
      report.heading("Time").table(table);
    }
    var all = new TreeMap<String, String>();
    scores.forEach((key, value) -> all.put(key, String.valueOf(value)));
    report
        .heading("Everything")
        .settings("all scores", all)
        .settings("settings", Map.of("demo", settingsJson))
        .write(out.resolve("report.html"));
  }

  private static LineChart chart(
      DemoJob.Settings settings, String run, String title, String... metrics) {
    var entries = JsonlSink.read(settings.path(run).resolve("metrics.jsonl"));
    var chart = new LineChart(title, "step", "");
    for (var metric : metrics) {
      chart.metric(metric, entries);
    }
    return chart;
  }
}
