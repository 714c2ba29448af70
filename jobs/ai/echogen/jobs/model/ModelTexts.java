package ai.echogen.jobs.model;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.inference.ModelPool;
import ai.echogen.layout.Layout;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.storage.Location;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.TextSurvey;
import ai.echogen.tokens.TextTokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;

/**
 * Says, before a model reads layouts, what it cannot take of them as they are, and refuses layouts
 * of which it understands nothing.
 *
 * @param file the model's {@code tokenizer.json}, to be named in errors
 * @param tokenizer what is in it
 * @param locationBins of its grammar
 * @param room of its grammar
 */
public record ModelTexts(String file, String tokenizer, int locationBins, int room)
    implements Serializable {
  /** The texts that the model of a directory takes; its weights are not looked at. */
  public static ModelTexts of(Location model) throws IOException {
    var config = ModelPool.config(model);
    var json =
        model.onDisk(
            List.of(JanusDirectory.TOKENIZER, JanusConfig.FILE),
            here -> JanusDirectory.readTokenizer(here, config));
    return new ModelTexts(
        model.child(JanusDirectory.TOKENIZER).toString(),
        new String(json, StandardCharsets.UTF_8),
        config.locationBins(),
        config.room());
  }

  /**
   * Looks at every layout of a split, where they lie.
   *
   * @throws IllegalArgumentException if the model knows no word of their phrases
   */
  public void check(SparkSession spark, Location data, String split, PrintStream console) {
    var layouts =
        ShardStore.split(data, split, "caption", "regions")
            .rows(JavaSparkContext.fromSparkContext(spark.sparkContext()))
            .map(Sample::layout);
    check(layouts, "the split " + split + " of " + data, console);
  }

  /** The same for layouts that lie anywhere. */
  public void check(JavaRDD<Layout> layouts, String texts, PrintStream console) {
    var survey = new TextSurvey();
    layouts.mapPartitions(new Surveyor(this)).collect().forEach(survey::add);
    say(survey, texts, console);
  }

  /** The same for a few that are here. */
  public void check(List<Layout> layouts, String texts, PrintStream console) {
    say(survey(layouts.iterator()), texts, console);
  }

  private static void say(TextSurvey survey, String texts, PrintStream console) {
    survey.requirePhrases(texts);
    survey.lines(texts).forEach(console::println);
  }

  private TextSurvey survey(Iterator<Layout> layouts) {
    var survey = new TextSurvey();
    try (var text = TextTokenizer.of(tokenizer.getBytes(StandardCharsets.UTF_8), file)) {
      var grammar = Grammar.of(text, locationBins, room);
      layouts.forEachRemaining(layout -> survey.add(text, grammar, TokenShards.trim(layout)));
    }
    return survey;
  }

  private record Surveyor(ModelTexts texts)
      implements FlatMapFunction<Iterator<Layout>, TextSurvey> {
    @Override
    public Iterator<TextSurvey> call(Iterator<Layout> layouts) {
      return List.of(texts.survey(layouts)).iterator();
    }
  }
}
