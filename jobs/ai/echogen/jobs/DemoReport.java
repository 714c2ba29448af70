package ai.echogen.jobs;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.jobs.score.ScoreScenes;
import ai.echogen.observe.HtmlReport;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.LayoutPicture;
import ai.echogen.observe.LineChart;
import ai.echogen.observe.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** The demo's {@code report.html}, {@code samples.png} and {@code stages.png}. */
final class DemoReport {
  /** The numbers to look at first; the report holds all of them. */
  private static final List<String> HEADLINE =
      List.of(
          "grounding.acc50",
          "grounding.acc75",
          "layout.ap50",
          "layout.ap75",
          "layout.mean_iou",
          "layout.color_right",
          "layout.shape_right",
          "cycle.mean_iou");

  private static final Map<String, String> NAMES =
      Map.of("pmtp", "PMTP", "djo", "DJO", "cycle_rl", "Cycle RL");
  private static final int PICTURED = 6;
  private static final int SIDE = 192; // pixels

  private DemoReport() {}

  /** A row a stage, split and way of drawing. */
  static Table stages(Map<String, Double> scores) {
    var columns = new ArrayList<>(List.of("stage", "split", "drawn"));
    columns.addAll(HEADLINE);
    var table = new Table(columns.toArray(String[]::new));
    for (var split : List.of("", "test_attributes.")) {
      for (var drawn : List.of("", DemoJob.PLAIN + ".")) {
        for (var stage : DemoJob.STAGES) {
          var prefix = stage + "." + drawn + split;
          if (scores.containsKey(prefix + HEADLINE.get(0))) {
            var row = new ArrayList<Object>();
            row.add(NAMES.get(stage));
            row.add(split.isEmpty() ? "test" : split.substring(0, split.length() - 1));
            row.add(drawn.isEmpty() ? "with guidance" : "without");
            for (var key : HEADLINE) {
              var value = scores.get(prefix + key);
              row.add(value == null ? "" : value);
            }
            table.row(row.toArray());
          }
        }
      }
    }
    for (var ceiling : List.of("ceiling.ap50", "original.ap50")) {
      var row = new ArrayList<Object>(Collections.nCopies(columns.size(), ""));
      row.set(0, ceiling.startsWith("c") ? "true codes" : "originals");
      row.set(1, "test");
      row.set(columns.indexOf("layout.ap50"), scores.get(ceiling));
      table.row(row.toArray());
    }
    return table;
  }

  /** Layouts that no training saw, and what each stage's model draws of them. */
  private static BufferedImage picture(DemoJob.Settings settings) throws IOException {
    var rows =
        ShardStore.split(settings.place("tokens"), "test", "id", "caption", "regions")
            .head(PICTURED)
            .read();
    var grid =
        new ImageGrid(1 + DemoJob.STAGES.size())
            .heading("layout | drawn after PMTP | after DJO | after Cycle RL");
    for (int i = 0; i < rows.size(); i++) {
      var layout = Sample.layout(rows.get(i));
      grid.add(LayoutPicture.layout(layout, SIDE, SIDE), layout.caption());
      for (var stage : DemoJob.STAGES) {
        var file =
            settings
                .path(DemoJob.scored(stage))
                .resolve(ScoreScenes.DRAWINGS)
                .resolve(ScoreScenes.drawing(i));
        var drawing = Png.decode(Files.readAllBytes(file));
        grid.add(LayoutPicture.overlay(drawing, SIDE / drawing.getWidth(), layout));
      }
    }
    return grid.draw();
  }

  static void write(
      DemoJob.Settings settings,
      String settingsJson,
      Map<String, Double> scores,
      Map<String, Double> seconds)
      throws IOException {
    var out = settings.out().local();
    Files.copy(
        settings.path(DemoJob.scored("cycle_rl")).resolve("samples.png"),
        out.resolve("samples.png"),
        StandardCopyOption.REPLACE_EXISTING);
    var stages = picture(settings);
    Files.write(out.resolve("stages.png"), Png.encode(stages));
    var report =
        new HtmlReport("EchoGen demo")
            .paragraph(
                "One transformer that draws images from layouts and reads layouts from images, trained"
                    + " on synthetic scenes. All scores are on held-out layouts. The detector that"
                    + " judges the drawings is not a trained model.")
            .heading("Scores")
            .table(stages(scores))
            .heading("Drawings")
            .image(stages, "One layout a row, and what is drawn of it after each stage.")
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
        .chart(chart(settings, "pmtp", "PMTP: loss", "loss", "loss.image", "loss.box"))
        .chart(chart(settings, "pmtp", "PMTP: samples/s", "samples/s"))
        .chart(chart(settings, "djo", "DJO: loss", "loss.image", "loss.box", "loss.loop"))
        .chart(chart(settings, "cycle_rl", "Cycle RL: reward", "reward", "eval.reward"))
        .chart(chart(settings, "cycle_rl", "Cycle RL: the judge", "eval.judge"))
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
