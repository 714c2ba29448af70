package ai.echogen.data.ingest.formats.common;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.Test;

/** As the JSON files of img2dataset have them; rows of Parquet are in {@link GritRecordsTest}. */
class GritBoxesTest {
  private final SourceImage image = new SourceImage("1", "1.jpg", 0, 0, SourceImage.Unit.SHARES);

  @Test
  void aNounChunkIsTakenWhereNoExpressionSaysMoreOfItsBox() throws JsonProcessingException {
    add(
        "a red car on a road",
        "[[0,9,0,0,0.5,0.5,0.9],[0,9,0.5,0.5,1,1,0.9],[13,19,0,0.5,1,1,0.8],[10,12,0,0,0.5,0.5,1]]",
        "[[0,19,0,0,0.5,0.5,0.9],[13,19,0,0.5,1,1,0.8]]");
    assertThat(image.boxes())
        .extracting(SourceBox::annotationId)
        .containsExactly("ref_exps 1", "ref_exps 2", "noun_chunks 2");
    assertThat(image.boxes())
        .extracting(SourceBox::phrase)
        .containsExactly("a red car on a road", "a road", "a red car");
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void listsMayBeMissing() throws JsonProcessingException {
    add("a car", "null", "[[0,5,0,0,1,1,1]]");
    GritBoxes.add(
        image, "a car", MissingNode.getInstance(), MissingNode.getInstance(), "a.tar 1.json");
    assertThat(image.boxes()).hasSize(1);
    assertThat(image.findings()).isEmpty();
  }

  @Test
  void whatIsNoListOrNoNumberIsNamed() throws JsonProcessingException {
    add("a car", "\"[[0,5,0,0,1,1,1]]\"", "[[\"0\",5,0,0,1,1,1],{},[true,5,0,0,1,1,1]]");
    assertThat(image.boxes()).isEmpty();
    assertThat(image.findings())
        .containsExactly(
            Finding.dropped("grounding is not seven numbers", "a.tar 1.json: ref_exps 1"),
            Finding.dropped("grounding is not seven numbers", "a.tar 1.json: ref_exps 2"),
            Finding.dropped("grounding is not seven numbers", "a.tar 1.json: ref_exps 3"),
            Finding.dropped("groundings are no list", "a.tar 1.json: noun_chunks"));
  }

  private void add(String caption, String nounChunks, String refExps)
      throws JsonProcessingException {
    GritBoxes.add(image, caption, json(nounChunks), json(refExps), "a.tar 1.json");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
