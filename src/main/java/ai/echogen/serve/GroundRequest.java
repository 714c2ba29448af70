package ai.echogen.serve;

import ai.echogen.image.ImageFile;
import ai.echogen.image.ShownImage;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code POST /api/ground} asks for, besides the image that is its body.
 *
 * @param layout whose phrases are looked for; its boxes mean nothing
 * @param models that look
 */
record GroundRequest(Layout layout, List<Choice.Named> models) {
  private static final String PHRASE = "phrase";
  private static final String MODEL = "model";
  private static final Set<String> KNOWN = Set.of(PHRASE, MODEL, Api.TICKET);
  private static final Box ANYWHERE = new Box(0, 0, 1, 1);

  /**
   * Reads the parameters of a request's address.
   *
   * @throws Refused naming everything that is wrong with them
   */
  static GroundRequest parse(Map<String, Deque<String>> parameters, Choice choice) {
    var problems = new ArrayList<String>();
    for (var name : parameters.keySet()) {
      if (!KNOWN.contains(name)) {
        problems.add(name + " is not known");
      }
    }
    var regions = regions(values(parameters, PHRASE), problems);
    var models = choice.of(values(parameters, MODEL).stream().findFirst());
    if (models.isEmpty() || values(parameters, MODEL).size() > 1) {
      problems.add("model must be " + choice.words());
    }
    var layout = new Layout("", regions);
    if (problems.isEmpty()) {
      for (var model : models.orElseThrow()) {
        model.artist().obstacle(layout).ifPresent(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new Refused(StatusCodes.BAD_REQUEST, problems);
    }
    return new GroundRequest(layout, models.orElseThrow());
  }

  private static Collection<String> values(Map<String, Deque<String>> parameters, String name) {
    var values = parameters.get(name);
    return values == null ? List.of() : values;
  }

  private static List<Region> regions(Collection<String> phrases, List<String> problems) {
    var regions = new ArrayList<Region>();
    if (phrases.isEmpty() || phrases.size() > Limits.REGIONS) {
      problems.add(
          String.format(
              Locale.ROOT,
              "phrase must be there 1 to %d times, got %d",
              Limits.REGIONS,
              phrases.size()));
    }
    for (var phrase : phrases) {
      if (phrase.isBlank()) {
        problems.add("phrase must not be blank");
      } else if (phrase.length() > Limits.PHRASE) {
        problems.add("phrase " + DrawRequest.tooLong(phrase, Limits.PHRASE));
      } else {
        regions.add(new Region(phrase, phrase, ANYWHERE));
      }
    }
    return regions;
  }

  /**
   * Decodes the image.
   *
   * @throws Refused if it is none
   */
  static ShownImage image(byte[] file) {
    try {
      return ImageFile.read(file);
    } catch (IOException e) {
      throw new Refused(
          StatusCodes.UNPROCESSABLE_ENTITY,
          "the image cannot be used: "
              + Optional.ofNullable(e.getMessage()).orElse("it is damaged"));
    }
  }
}
