package ai.echogen.serve;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.model.decoder.Decoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code POST /api/draw} asks for.
 *
 * @param models that draw
 */
record DrawRequest(Artist.Order order, List<Choice.Named> models) {
  private static final String PLACE = "request";
  private static final String DEFAULT_ID = "studio";
  private static final double MOST_GUIDANCE = 100;
  private static final double MOST_TEMPERATURE = 100;
  private static final int MOST_CODES = 1_000_000; // of topK
  private static final int SIDES = 4; // of a box

  /**
   * Reads a request.
   *
   * @param usual how drawings are made where it does not say so
   * @throws Refused naming everything that is wrong with it
   */
  static DrawRequest parse(byte[] body, Choice choice, Limits limits, Decoder.Sampling usual) {
    var record = record(body);
    var layout = layout(record);
    long seed = record.whole("seed", 0, Limits.SEED, 1);
    int number = (int) record.whole("bestOf", 1, limits.bestOf(), 1);
    var sampling = sampling(record, usual);
    var models = choice.of(record.textIfAny("model"));
    if (models.isEmpty()) {
      record.problem("model", "must be " + choice.words());
    }
    var problems = new ArrayList<>(record.nothingElse().problems());
    if (problems.isEmpty()) {
      for (var model : models.orElseThrow()) {
        model.artist().obstacle(layout.layout()).ifPresent(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new Refused(StatusCodes.BAD_REQUEST, problems);
    }
    return new DrawRequest(new Artist.Order(layout, seed, sampling, number), models.orElseThrow());
  }

  /** A body as an object. */
  static JsonRecord record(byte[] body) {
    try {
      return JsonRecord.of(JsonText.parse(body, PLACE), PLACE);
    } catch (IllegalArgumentException e) {
      throw new Refused(StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static NamedLayout layout(JsonRecord record) {
    var id = bounded(record, "id", record.textIfAny("id"), Limits.ID);
    var caption = bounded(record, "caption", record.textIfAny("caption"), Limits.CAPTION);
    var regions = new ArrayList<Region>();
    var given = record.list("regions", true);
    for (var one : given) {
      region(one).ifPresent(regions::add);
    }
    if (given.size() > Limits.REGIONS) {
      record.problem(
          "regions",
          String.format(Locale.ROOT, "must be at most %d, got %d", Limits.REGIONS, given.size()));
    }
    if (given.isEmpty() && caption.isBlank()) {
      record.problem("caption", "must be there where there are no regions");
    }
    var text =
        caption.isBlank()
            ? regions.stream().map(Region::phrase).collect(Collectors.joining(", "))
            : caption;
    return new NamedLayout(id.isEmpty() ? DEFAULT_ID : id, new Layout(text, regions));
  }

  /** As a line of JSON lines has it. */
  private static Optional<Region> region(JsonRecord record) {
    var phrase = record.text("phrase");
    if (phrase.length() > Limits.PHRASE) {
      record.problem("phrase", tooLong(phrase, Limits.PHRASE));
    }
    var category = bounded(record, "category", record.textIfAny("category"), Limits.PHRASE);
    var box = box(record);
    record.nothingElse();
    return phrase.isBlank()
        ? Optional.empty()
        : box.map(b -> new Region(phrase, category.isBlank() ? phrase : category, b));
  }

  private static Optional<Box> box(JsonRecord record) {
    var value = record.any("box");
    if (!isBox(value)) {
      record.problem("box", "must be [x0, y0, x1, y1], got " + JsonText.shown(value));
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Box(
              value.get(0).floatValue(),
              value.get(1).floatValue(),
              value.get(2).floatValue(),
              value.get(3).floatValue()));
    } catch (IllegalArgumentException e) {
      record.problem("box", "is none: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isBox(JsonNode value) {
    if (!value.isArray() || value.size() != SIDES) {
      return false;
    }
    for (var number : value) {
      if (!number.isNumber()) {
        return false;
      }
    }
    return true;
  }

  private static Decoder.Sampling sampling(JsonRecord record, Decoder.Sampling usual) {
    double temperature = within(record, "temperature", usual.temperature(), 0, MOST_TEMPERATURE);
    double guidance = within(record, "guidance", usual.guidance(), 0, MOST_GUIDANCE);
    int topK = (int) record.whole("topK", 0, MOST_CODES, usual.topK());
    double topP = record.number("topP", usual.topP());
    if (topP <= 0 || topP > 1) {
      record.problem("topP", "must be in (0, 1], got " + topP);
      topP = 1;
    }
    return new Decoder.Sampling(temperature, topK, topP, guidance);
  }

  private static double within(
      JsonRecord record, String field, double usual, double least, double most) {
    double value = record.number(field, usual);
    if (value < least || value > most) {
      record.problem(field, "must be in [%s, %s], got %s".formatted(least, most, value));
      return usual;
    }
    return value;
  }

  /** A text that may be left out. */
  private static String bounded(JsonRecord record, String field, Optional<String> text, int most) {
    if (text.isPresent() && text.get().length() > most) {
      record.problem(field, tooLong(text.get(), most));
    }
    return text.orElse("");
  }

  static String tooLong(String text, int most) {
    return String.format(
        Locale.ROOT, "must have at most %,d letters, got %,d", most, text.length());
  }
}
