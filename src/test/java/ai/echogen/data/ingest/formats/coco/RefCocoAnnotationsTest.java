package ai.echogen.data.ingest.formats.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.SourceBox;
import ai.echogen.data.ingest.SourceImage;
import ai.echogen.data.ingest.formats.common.ReadAnnotations;
import ai.echogen.data.shards.Finding;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.razorvine.pickle.Pickler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefCocoAnnotationsTest {
  /**
   * Three refs as Python 3.11 pickles them in protocols 0, 2 and 4, each with the fields that the
   * published files have; the boxes are in {@link #INSTANCES}.
   */
  private static final Map<Integer, String> PICKLES =
      Map.of(
          0,
              """
      KGxwMAooZHAxClZzZW50X2lkcwpwMgoobHAzCkkwCmFJMQphSTIKYXNWZmlsZV9uYW1lCnA0ClZDT0NPX3RyYWluMjAx
      NF8wMDAwMDA1ODE4NTdfMTYuanBnCnA1CnNWYW5uX2lkCnA2CkkxNzE5MzEwCnNWcmVmX2lkCnA3CkkwCnNWaW1hZ2Vf
      aWQKcDgKSTU4MTg1NwpzVnNwbGl0CnA5ClZ0cmFpbgpwMTAKc1ZjYXRlZ29yeV9pZApwMTEKSTEKc1ZzZW50ZW5jZXMK
      cDEyCihscDEzCihkcDE0ClZ0b2tlbnMKcDE1CihscDE2ClZ0aGUKcDE3CmFWbGFkeQpwMTgKYVZ3aXRoCnAxOQphVnRo
      ZQpwMjAKYVZibHVlCnAyMQphVnNoaXJ0CnAyMgphc1ZyYXcKcDIzClZUSEUgTEFEWSBXSVRIIFRIRSBCTFVFIFNISVJU
      CnAyNApzVnNlbnRfaWQKcDI1CkkwCnNWc2VudApwMjYKVnRoZSBsYWR5IHdpdGggdGhlIGJsdWUgc2hpcnQKcDI3CnNh
      KGRwMjgKZzE1CihscDI5ClZsYWR5CnAzMAphVndpdGgKcDMxCmFWYmFjawpwMzIKYVZ0bwpwMzMKYVZ1cwpwMzQKYXNn
      MjMKVkxBRFkgV0lUSCBCQUNLIFRPIFVTCnAzNQpzZzI1CkkxCnNnMjYKVmxhZHkgd2l0aCBiYWNrIHRvIHVzCnAzNgpz
      YShkcDM3CmcxNQoobHAzOApWYmx1ZQpwMzkKYVZzaGlydApwNDAKYXNnMjMKVkJMVUUgU0hJUlQKcDQxCnNnMjUKSTIK
      c2cyNgpWYmx1ZSBzaGlydApwNDIKc2FzYShkcDQzCmcyCihscDQ0CkkzCmFJNAphc2c0ClZDT0NPX3RyYWluMjAxNF8w
      MDAwMDA1ODE4NTdfMi5qcGcKcDQ1CnNnNgpJMTcxOTMxMQpzZzcKSTEKc2c4Ckk1ODE4NTcKc2c5CmcxMApzZzExCkkz
      CnNnMTIKKGxwNDYKKGRwNDcKZzE1CihscDQ4ClZjYWbpCnA0OQphVnNpZ24KcDUwCmFWXFUwMDAxZjYwMApwNTEKYXNn
      MjMKVkNBRskgU0lHTiBcVTAwMDFmNjAwCnA1MgpzZzI1CkkzCnNnMjYKVmNhZukgc2lnbiBcVTAwMDFmNjAwCnA1Mwpz
      YShkcDU0CmcxNQoobHA1NQpWYmFja1x1MDA1Y3NsYXNoCnA1NgphVidxdW90ZWQnCnA1NwphViJ0d2ljZSIKcDU4CmFz
      ZzIzClZCQUNLXHUwMDVjU0xBU0ggJ1FVT1RFRCcgIlRXSUNFIgpwNTkKc2cyNQpJNApzZzI2ClZiYWNrXHUwMDVjc2xh
      c2ggJ3F1b3RlZCcgInR3aWNlIgpwNjAKc2FzYShkcDYxCmcyCihscDYyCkk1CmFzZzQKVkNPQ09fdHJhaW4yMDE0XzAw
      MDAwMDAwMDAwOV8wLmpwZwpwNjMKc2c2Ckk3CnNnNwpJMgpzZzgKSTkKc2c5ClZ0ZXN0QQpwNjQKc2cxMQpJMwpzZzEy
      CihscDY1CihkcDY2CmcxNQoobHA2NwpWemVicmEKcDY4CmFzZzIzClZaRUJSQQpwNjkKc2cyNQpJNQpzZzI2Cmc2OApz
      YXNhLg==
      """,
          2,
              """
      gAJdcQAofXEBKFgIAAAAc2VudF9pZHNxAl1xAyhLAEsBSwJlWAkAAABmaWxlX25hbWVxBFgiAAAAQ09DT190cmFpbjIw
      MTRfMDAwMDAwNTgxODU3XzE2LmpwZ3EFWAYAAABhbm5faWRxBkoOPBoAWAYAAAByZWZfaWRxB0sAWAgAAABpbWFnZV9p
      ZHEISuHgCABYBQAAAHNwbGl0cQlYBQAAAHRyYWlucQpYCwAAAGNhdGVnb3J5X2lkcQtLAVgJAAAAc2VudGVuY2VzcQxd
      cQ0ofXEOKFgGAAAAdG9rZW5zcQ9dcRAoWAMAAAB0aGVxEVgEAAAAbGFkeXESWAQAAAB3aXRocRNYAwAAAHRoZXEUWAQA
      AABibHVlcRVYBQAAAHNoaXJ0cRZlWAMAAAByYXdxF1gcAAAAVEhFIExBRFkgV0lUSCBUSEUgQkxVRSBTSElSVHEYWAcA
      AABzZW50X2lkcRlLAFgEAAAAc2VudHEaWBwAAAB0aGUgbGFkeSB3aXRoIHRoZSBibHVlIHNoaXJ0cRt1fXEcKGgPXXEd
      KFgEAAAAbGFkeXEeWAQAAAB3aXRocR9YBAAAAGJhY2txIFgCAAAAdG9xIVgCAAAAdXNxImVoF1gUAAAATEFEWSBXSVRI
      IEJBQ0sgVE8gVVNxI2gZSwFoGlgUAAAAbGFkeSB3aXRoIGJhY2sgdG8gdXNxJHV9cSUoaA9dcSYoWAQAAABibHVlcSdY
      BQAAAHNoaXJ0cShlaBdYCgAAAEJMVUUgU0hJUlRxKWgZSwJoGlgKAAAAYmx1ZSBzaGlydHEqdWV1fXErKGgCXXEsKEsD
      SwRlaARYIQAAAENPQ09fdHJhaW4yMDE0XzAwMDAwMDU4MTg1N18yLmpwZ3EtaAZKDzwaAGgHSwFoCErh4AgAaAloCmgL
      SwNoDF1xLih9cS8oaA9dcTAoWAUAAABjYWbDqXExWAQAAABzaWducTJYBAAAAPCfmIBxM2VoF1gPAAAAQ0FGw4kgU0lH
      TiDwn5iAcTRoGUsDaBpYDwAAAGNhZsOpIHNpZ24g8J+YgHE1dX1xNihoD11xNyhYCgAAAGJhY2tcc2xhc2hxOFgIAAAA
      J3F1b3RlZCdxOVgHAAAAInR3aWNlInE6ZWgXWBsAAABCQUNLXFNMQVNIICdRVU9URUQnICJUV0lDRSJxO2gZSwRoGlgb
      AAAAYmFja1xzbGFzaCAncXVvdGVkJyAidHdpY2UicTx1ZXV9cT0oaAJdcT5LBWFoBFghAAAAQ09DT190cmFpbjIwMTRf
      MDAwMDAwMDAwMDA5XzAuanBncT9oBksHaAdLAmgISwloCVgFAAAAdGVzdEFxQGgLSwNoDF1xQX1xQihoD11xQ1gFAAAA
      emVicmFxRGFoF1gFAAAAWkVCUkFxRWgZSwVoGmhEdWF1ZS4=
      """,
          4,
              """
      gASVVgMAAAAAAABdlCh9lCiMCHNlbnRfaWRzlF2UKEsASwFLAmWMCWZpbGVfbmFtZZSMIkNPQ09fdHJhaW4yMDE0XzAw
      MDAwMDU4MTg1N18xNi5qcGeUjAZhbm5faWSUSg48GgCMBnJlZl9pZJRLAIwIaW1hZ2VfaWSUSuHgCACMBXNwbGl0lIwF
      dHJhaW6UjAtjYXRlZ29yeV9pZJRLAYwJc2VudGVuY2VzlF2UKH2UKIwGdG9rZW5zlF2UKIwDdGhllIwEbGFkeZSMBHdp
      dGiUjAN0aGWUjARibHVllIwFc2hpcnSUZYwDcmF3lIwcVEhFIExBRFkgV0lUSCBUSEUgQkxVRSBTSElSVJSMB3NlbnRf
      aWSUSwCMBHNlbnSUjBx0aGUgbGFkeSB3aXRoIHRoZSBibHVlIHNoaXJ0lHV9lChoD12UKIwEbGFkeZSMBHdpdGiUjARi
      YWNrlIwCdG+UjAJ1c5RlaBeMFExBRFkgV0lUSCBCQUNLIFRPIFVTlGgZSwFoGowUbGFkeSB3aXRoIGJhY2sgdG8gdXOU
      dX2UKGgPXZQojARibHVllIwFc2hpcnSUZWgXjApCTFVFIFNISVJUlGgZSwJoGowKYmx1ZSBzaGlydJR1ZXV9lChoAl2U
      KEsDSwRlaASMIUNPQ09fdHJhaW4yMDE0XzAwMDAwMDU4MTg1N18yLmpwZ5RoBkoPPBoAaAdLAWgISuHgCABoCWgKaAtL
      A2gMXZQofZQoaA9dlCiMBWNhZsOplIwEc2lnbpSMBPCfmICUZWgXjA9DQUbDiSBTSUdOIPCfmICUaBlLA2gajA9jYWbD
      qSBzaWduIPCfmICUdX2UKGgPXZQojApiYWNrXHNsYXNolIwIJ3F1b3RlZCeUjAcidHdpY2UilGVoF4wbQkFDS1xTTEFT
      SCAnUVVPVEVEJyAiVFdJQ0UilGgZSwRoGowbYmFja1xzbGFzaCAncXVvdGVkJyAidHdpY2UilHVldX2UKGgCXZRLBWFo
      BIwhQ09DT190cmFpbjIwMTRfMDAwMDAwMDAwMDA5XzAuanBnlGgGSwdoB0sCaAhLCWgJjAV0ZXN0QZRoC0sDaAxdlH2U
      KGgPXZSMBXplYnJhlGFoF4wFWkVCUkGUaBlLBWgaaER1YXVlLg==
      """);

  private static final String INSTANCES =
      """
      {"info": {"description": "This is dataset"}, "images": [
        {"license": 1, "file_name": "COCO_train2014_000000581857.jpg", "width": 640,
         "height": 427, "id": 581857},
        {"license": 1, "file_name": "other.jpg", "width": 6, "height": 4, "id": 1}],
       "annotations": [
        {"segmentation": [[1, 2, 3, 4, 5, 6]], "area": 197.2, "iscrowd": 0, "image_id": 581857,
         "bbox": [103.93, 299.99, 134.22, 177.42], "category_id": 1, "id": 1719310},
        {"iscrowd": 1, "image_id": 581857, "bbox": [1, 2, 3, 4], "category_id": 3, "id": 1719311},
        {"iscrowd": 0, "image_id": 9, "bbox": [5, 6, 70, 80], "category_id": 24, "id": 7},
        {"iscrowd": 0, "image_id": 9, "bbox": [5, 6, 70], "category_id": 24, "id": 8}],
       "categories": [{"supercategory": "person", "id": 1, "name": "person"},
        {"supercategory": "vehicle", "id": 3, "name": "car"}]}
      """;

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void aSentenceIsASampleOfAllBoxesThatHaveSoMany(int protocol) throws IOException {
    var annotations = read(Base64.getMimeDecoder().decode(PICKLES.get(protocol)), INSTANCES);
    var read = ReadAnnotations.of(annotations);

    assertThat(annotations.summary()).isEqualTo("3 refs with 6 sentences, as 4 samples");
    assertThat(annotations.numImages()).hasValue(4);
    assertThat(read.images())
        .extracting(SourceImage::id, SourceImage::fileName, i -> i.split().orElse(""))
        .containsExactly(
            tuple("581857-train-0", "COCO_train2014_000000581857.jpg", "train"),
            tuple("581857-train-1", "COCO_train2014_000000581857.jpg", "train"),
            tuple("581857-train-2", "COCO_train2014_000000581857.jpg", "train"),
            tuple("9-testA-0", "COCO_train2014_000000000009.jpg", "testA"));
    var lady = new double[] {103.93, 299.99, 134.22, 177.42};
    assertThat(boxes(read, 0))
        .containsExactly(
            box("1719310", "the lady with the blue shirt", "person", false, lady),
            box("1719311", "café sign 😀", "car", true, 1, 2, 3, 4));
    assertThat(boxes(read, 1))
        .containsExactly(
            box("1719310", "lady with back to us", "person", false, lady),
            box("1719311", "back\\slash 'quoted' \"twice\"", "car", true, 1, 2, 3, 4));
    assertThat(boxes(read, 2)).containsExactly(box("1719310", "blue shirt", "person", false, lady));
    assertThat(boxes(read, 3)).containsExactly(box("7", "zebra", "zebra", false, 5, 6, 70, 80));
    var first = read.images().get(0);
    assertThat(List.of(first.width(), first.height())).containsExactly(640, 427);
    assertThat(first.unit()).isEqualTo(SourceImage.Unit.PIXELS);
    assertThat(List.of(read.images().get(3).width(), read.images().get(3).height()))
        .containsOnly(0);
    assertThat(read.images()).allMatch(image -> image.caption().isEmpty());
    assertThat(read.lost())
        .containsExactly(
            Finding.adjusted("unknown category, the phrase was taken", "refs(unc).p[2]: ref 2"));
  }

  /** Texts are bytes there, which need not be UTF-8, and numbers may be long. */
  @ParameterizedTest
  @ValueSource(strings = {"lines", "bytes"})
  void filesOfPython2AreRead(String form) throws IOException {
    var lines =
        """
        (lp1
        (dp2
        S'ann_id'
        p3
        L7L
        sS'ref_id'
        I0
        sS"image_id"
        L9L
        sS'split'
        S'val'
        sS'file_name'
        S'COCO_train2014_000000000009_3.jpg'
        sS'sentences'
        (lp4
        (dp5
        S'sent'
        S'caf\\xc3\\xa9'
        sa(dp6
        S'sent'
        S'caf\\xe9'
        sa(dp7
        S'sent'
        Vcaf\\u00e9 b
        sasa.""";
    var bytes = new Bytes();
    bytes.add(0x80, 2, ']', '}', '(').text("ann_id").add(0x8A, 1, 7).text("ref_id").add('K', 0);
    bytes.text("image_id").add('K', 9).text("split").text("val");
    bytes.text("file_name").text("COCO_train2014_000000000009_3.jpg").text("sentences");
    bytes.add('}').text("sent").add('U', 5, 'c', 'a', 'f', 0xC3, 0xA9, 's');
    bytes.add('}').text("sent").add('T', 4, 0, 0, 0, 'c', 'a', 'f', 0xE9, 's');
    bytes.add('}').text("sent").add('X', 7, 0, 0, 0, 'c', 'a', 'f', 0xC3, 0xA9, ' ', 'b', 's');
    bytes.add(0x87, 'u', 'a', '.'); // a tuple of three, the last of the dict, which is the list's

    var pickle =
        form.equals("lines") ? lines.getBytes(StandardCharsets.ISO_8859_1) : bytes.toArray();
    var read = ReadAnnotations.of(read(pickle, INSTANCES));

    assertThat(read.images())
        .extracting(SourceImage::id, image -> image.boxes().get(0).phrase())
        .containsExactly(
            tuple("9-val-0", "café"), tuple("9-val-1", "café"), tuple("9-val-2", "café b"));
  }

  /** A name in instances.json is the image's; else the ref's, less the number of the box. */
  @ParameterizedTest
  @CsvSource({
    "COCO_train2014_000000000005_16.jpg, COCO_train2014_000000000005.jpg",
    "COCO_train2014_000000000005.jpg, COCO_train2014_000000000005.jpg",
    "5_0.png, 5.png",
    "a/b_1/c.jpg, a/b_1/c.jpg",
  })
  void theFileIsThatOfTheWholeImage(String inRefs, String file) throws IOException {
    var ref = ref(1, 5, 50, "train", "a dog");
    ref.put("file_name", inRefs);
    var unnamed = "{\"annotations\": [%s], \"images\": []}".formatted(annotation(50, 5));
    var named = unnamed.replace("[]", "[{\"id\": 5, \"file_name\": \"x.jpg\"}]");

    assertThat(images(read(pickled(ref), unnamed)).get(0).fileName()).isEqualTo(file);
    assertThat(images(read(pickled(ref), named)).get(0).fileName()).isEqualTo("x.jpg");
  }

  @Test
  void whatIsDamagedIsNamedAndTheRestIsRead() throws IOException {
    var noBox = ref(10, 5, 50, "train", "a");
    noBox.remove("ann_id");
    var noImage = ref(11, 5, 50, "train", "a");
    noImage.put("image_id", null);
    var noSentences = ref(12, 5, 50, "train", "a");
    noSentences.remove("sentences");
    var emptySentences = ref(13, 5, 50, "train");
    var mixed = ref(14, 5, 50, "train", "  a\tgood \n one ", " ", "x".repeat(10_001), "another");
    sentences(mixed).add(Map.of("raw", "NO SENT"));
    sentences(mixed).add(Map.of("sent", 3));
    sentences(mixed).add("text");
    var again = ref(14, 5, 50, "train", "again");
    var unknown = ref(15, 5, 999, "train", "a");
    var elsewhere = ref(16, 5, 60, "train", "a");
    var noNumbers = ref(17, 6, 61, "train", "a");
    var oddSplit = ref(18, 5, 50, "../x", "of no split");
    var noFile = ref(19, 7, 70, "train", "a");
    noFile.remove("file_name");
    var nameless = ref(0, 5, 50, "val", "of no id");
    nameless.remove("ref_id");
    var instances =
        "{\"annotations\": [%s, %s, %s, %s, %s], \"images\": [%s, %s]}"
            .formatted(
                annotation(50, 5),
                annotation(60, 6),
                annotation(61, 6).replace("[1, 2, 3, 4]", "[1, 2, 3, \"4\"]"),
                annotation(70, 7),
                annotation(50, 5).replace("4]", "5]"),
                "{\"id\": 5, \"file_name\": \"5.jpg\"}",
                "{\"id\": 5, \"file_name\": \"five.jpg\"}");

    var read =
        ReadAnnotations.of(
            read(
                pickled(
                    noBox,
                    noImage,
                    noSentences,
                    emptySentences,
                    mixed,
                    again,
                    unknown,
                    elsewhere,
                    noNumbers,
                    oddSplit,
                    noFile,
                    nameless,
                    "no dict"),
                instances));

    assertThat(read.images())
        .extracting(
            SourceImage::id,
            SourceImage::fileName,
            image -> image.split().orElse("none"),
            image -> image.boxes().get(0).phrase())
        .containsExactly(
            tuple("5-train-0", "5.jpg", "train", "a good one"),
            tuple("5-train-1", "5.jpg", "train", "another"),
            tuple("5--0", "5.jpg", "none", "of no split"),
            tuple("5-val-0", "5.jpg", "val", "of no id"));
    assertThat(read.images()).allMatch(image -> image.boxes().get(0).height() == 4);
    assertThat(read.lost())
        .filteredOn(finding -> !finding.reason().startsWith("unknown category"))
        .containsExactly(
            Finding.dropped("ref without ann_id", "refs(unc).p[0]: ref 10"),
            Finding.dropped("ref without image_id", "refs(unc).p[1]: ref 11"),
            Finding.dropped("ref without sentences", "refs(unc).p[2]: ref 12"),
            Finding.dropped("ref without sentences", "refs(unc).p[3]: ref 13"),
            Finding.dropped("blank sentence", "refs(unc).p[4]: ref 14, sentence 1"),
            Finding.dropped("sentence of very many letters", "refs(unc).p[4]: ref 14, sentence 2"),
            Finding.dropped("sentence without a text sent", "refs(unc).p[4]: ref 14, sentence 4"),
            Finding.dropped("sentence without a text sent", "refs(unc).p[4]: ref 14, sentence 5"),
            Finding.dropped("sentence without a text sent", "refs(unc).p[4]: ref 14, sentence 6"),
            Finding.dropped("duplicate ref_id", "refs(unc).p[5]: ref 14"),
            Finding.adjusted(
                "split is not letters and digits, none was taken", "refs(unc).p[9]: ref 18"),
            Finding.dropped("ref is no dict", "refs(unc).p[12]"),
            Finding.dropped("duplicate id in instances, the first was taken", "annotation 50"),
            Finding.dropped("duplicate id in instances, the first was taken", "image 5"),
            Finding.dropped(
                "ann_id that instances lacks", "refs(unc).p[6]: ref 15: annotation 999 of image 5"),
            Finding.dropped(
                "ann_id of another image", "refs(unc).p[7]: ref 16: annotation 60 of image 5"),
            Finding.dropped(
                "bbox is not four numbers", "refs(unc).p[8]: ref 17: annotation 61 of image 6"),
            Finding.dropped(
                "image without a usable file_name",
                "refs(unc).p[10]: ref 19: annotation 70 of image 7"));
  }

  @Test
  void idsAreTheSameHoweverTheyAreWritten() throws IOException {
    var texts = ref("a", "5", "50.0", "train", "one");
    var floats = ref(2L, 5.0, 50.0, "train", "two");
    var none = ref(3, Double.NaN, true, "train", "three");

    var read =
        ReadAnnotations.of(
            read(
                pickled(texts, floats, none),
                "{\"annotations\": [%s], \"images\": []}".formatted(annotation(50, 5))));

    assertThat(boxes(read, 0)).extracting(SourceBox::phrase).containsExactly("one", "two");
    assertThat(read.lost())
        .contains(Finding.dropped("ref without ann_id", "refs(unc).p[2]: ref 3"));
  }

  /** The published sets have some hundred thousand samples, which one task would read for long. */
  @Test
  void manySamplesAreManyPieces() throws IOException {
    var refs = new ArrayList<Map<String, Object>>();
    var annotations = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      refs.add(ref(i, i, i, "train", "a", "b"));
      annotations.add(annotation(i, i));
    }
    var instances = "{\"images\": [], \"annotations\": %s}".formatted(annotations);
    var read = read(pickled(refs.toArray()), instances);

    assertThat(read.numImages()).hasValue(600);
    assertThat(read.pieces()).hasSize(1 + 3); // of what is said of none, and 256, 256 and 88
    assertThat(images(read)).extracting(SourceImage::id).doesNotHaveDuplicates().hasSize(600);
  }

  /** What runs when Python reads it, in each protocol, and what other software registers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(S'true'\ntR.",
        "(lcbuiltins\nset\n)Ra.",
        "(S'true'\nios\nsystem\n.",
        "(cos\nsystem\nS'true'\no.",
        "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.",
        "\u0080\u0002cdatetime\ndatetime\nU\u0001x\u0085R.",
        "\u0080\u0002)}\u0081.",
        "\u0080\u0004))}\u0092.",
        "]}b.",
        "Pid\n.",
        "K\u0001Q.",
        "\u0080\u0002\u0082\u0001.",
      })
  void nothingIsMadeOfAClass(String pickle) {
    assertThatThrownBy(() -> read(pickle.getBytes(StandardCharsets.ISO_8859_1), INSTANCES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refs(unc).p: cannot be read: byte ")
        .hasMessageContaining("an object of a class, which is not read since it can run code");
  }

  /** Each would take gigabytes, or for ever, if it were believed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X FF FF FF 7F 61          | a value of 2147483647 bytes where 1 are left",
        "T FF FF FF FF 61          | a value of 4294967295 bytes where 1 are left",
        "B 00 00 00 40             | a value of 1073741824 bytes where 0 are left",
        "8D FF FF FF FF FF FF FF FF | a value of 18446744073709551615 bytes where 0 are left",
        "8E 00 00 00 40 00 00 00 00 | a value of 1073741824 bytes where 0 are left",
        "8B FF FF FF 7F            | a value of 2147483647 bytes where 0 are left",
        "96 FF FF FF 7F 00 00 00 00 | 0x96 begins no plain value",
        "X 01 00                   | ends too early; copy it again",
        "} ] K 01 s                | a key of a dict that is neither text nor number",
        "} ( ] K 01 u              | a key of a dict that is neither text nor number",
        "( ] K 01 d                | a key of a dict that is neither text nor number",
        "( K 01 K 02 K 03 d .      | is damaged; copy it again",
        "8F                        | 0x8f begins no plain value",
        "K 01 2                    | 0x32 begins no plain value",
        "K 01 .                    | holds no list",
        "}                         | ends too early; copy it again",
        "] . .                     | 1 bytes follow the first pickle",
        "80 09                     | unsupported pickle protocol: 9",
        "K 01 a .                  | is damaged; copy it again",
        "h 05 .                    | invalid memo key",
      })
  void whatIsNoPlainListIsRefused(String codes, String problem) {
    var bytes = new Bytes();
    for (var code : codes.split(" ")) {
      bytes.add(code.length() == 1 ? code.charAt(0) : Integer.parseInt(code, 16));
    }
    assertThatThrownBy(() -> read(bytes.toArray(), INSTANCES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refs(unc).p: cannot be read: byte ")
        .hasMessageContaining(problem);
  }

  @Test
  void longNumbersAndManyInstructionsAreRefused() {
    for (var pickle : List.of("I", "L", "F")) {
      assertThatThrownBy(() -> read(text("(l" + pickle + "9".repeat(1 << 20) + "\na."), INSTANCES))
          .hasMessageContaining("byte 2: a very long number");
    }
    var long4 = new Bytes().add(']', 0x8B, 0, 1, 0, 0).add(new int[256]).add('a', '.');
    assertThatThrownBy(() -> read(long4.toArray(), INSTANCES))
        .hasMessageContaining("byte 1: a very long number");
    assertThatThrownBy(() -> read(text("N".repeat(12_000_001)), INSTANCES))
        .hasMessageContaining("byte 12000000: more than 12,000,000 instructions");
  }

  /** A list that is there a thousand times over, of a thousand the same sentences. */
  @Test
  void whatIsThereVeryOftenIsCountedSoOften() {
    var sentence = Map.of("sent", "a dog");
    var shared = new ArrayList<>(Collections.nCopies(1000, sentence));
    var refs = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < 1000; i++) {
      var ref = ref(i, 5, 50, "train");
      ref.put("sentences", shared);
      refs.add(ref);
    }
    assertThatThrownBy(() -> read(pickled(refs.toArray()), INSTANCES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refs(unc).p: has far more refs or sentences than any file");
  }

  @Test
  void aListThatHoldsItselfIsNoRef() {
    var itself = new Bytes().add(']', 'q', 0, 'h', 0, 'a', '.');
    assertThatThrownBy(() -> read(itself.toArray(), INSTANCES))
        .hasMessageContaining("none of its 1 entries is a dict with image_id, ann_id and");
  }

  /** Wherever a file is cut off or a byte is another. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void whatIsCutOffOrGarbledNamesTheFile(int protocol) throws IOException {
    var whole = Base64.getMimeDecoder().decode(PICKLES.get(protocol));
    for (int length = 0; length < whole.length; length += 7) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut, INSTANCES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("refs(unc).p: cannot be read: byte ");
    }
    var random = new Random(protocol);
    for (int i = 0; i < 500; i++) {
      var garbled = whole.clone();
      garbled[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      try {
        var unused = ReadAnnotations.of(read(garbled, INSTANCES));
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining(temp.toString());
      }
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertThatThrownBy(() -> read(text("[{\"ref_id\": 1}]"), INSTANCES))
        .hasMessageContaining("byte 0: 0x5b begins no plain value of a pickle; give a file");
    assertThatThrownBy(() -> read(new byte[] {0x1F, (byte) 0x8B, 8}, INSTANCES))
        .hasMessageEndingWith("refs(unc).p: compressed with gzip: unpack it with gunzip");
    assertThatThrownBy(() -> read(pickled(Map.of("a", 1)), INSTANCES))
        .hasMessageContaining("none of its 1 entries is a dict with image_id");
    assertThatThrownBy(() -> read(pickled(), INSTANCES)).hasMessageContaining("none of its 0");
    assertThatThrownBy(
            () -> RefCocoAnnotations.read(Location.of(temp), Location.of(temp.resolve("i.json"))))
        .hasMessage(temp + ": a directory; give a file of it, such as refs(unc).p");
    assertThatThrownBy(
            () ->
                RefCocoAnnotations.read(
                    Location.of(temp.resolve("no.p")), Location.of(temp.resolve("i.json"))))
        .hasMessageContaining("no.p: no such file");
  }

  @Test
  void instancesOfAnotherSetAreRefused() {
    var pickle = pickled(ref(1, 5, 50, "train", "a dog"));
    assertThatThrownBy(() -> read(pickle, INSTANCES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("instances.json: has no annotation with an ann_id of the refs");
    assertThatThrownBy(() -> read(pickle, "{\"annotations\": []}"))
        .hasMessageContaining("instances.json: no list images; give the instances.json");
    assertThatThrownBy(() -> read(pickle, "{\"images\": [}"))
        .hasMessageContaining("instances.json: line 1, column ");
  }

  private RefCocoAnnotations read(byte[] pickle, String instances) throws IOException {
    var refs = Files.write(temp.resolve("refs(unc).p"), pickle);
    var file = Files.writeString(temp.resolve("instances.json"), instances);
    return RefCocoAnnotations.read(Location.of(refs), Location.of(file));
  }

  private static List<SourceImage> images(Annotations annotations) throws IOException {
    return ReadAnnotations.of(annotations).images();
  }

  private static List<SourceBox> boxes(ReadAnnotations read, int image) {
    return read.images().get(image).boxes();
  }

  private static SourceBox box(
      String id, String phrase, String category, boolean crowd, double... box) {
    return new SourceBox(id, phrase, category, box[0], box[1], box[2], box[3], crowd);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As Python 3 does in protocol 2. */
  private static byte[] pickled(Object... refs) {
    try {
      return new Pickler().dumps(new ArrayList<>(Arrays.asList(refs)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> ref(
      @Nullable Object id, Object imageId, Object annotationId, String split, String... sentences) {
    var ref = new HashMap<String, Object>();
    ref.put("ref_id", id);
    ref.put("image_id", imageId);
    ref.put("ann_id", annotationId);
    ref.put("category_id", 1);
    ref.put("split", split);
    ref.put("file_name", "COCO_train2014_%s_3.jpg".formatted(imageId));
    ref.put("sentences", new ArrayList<Object>());
    for (var sentence : sentences) {
      sentences(ref).add(Map.of("sent", sentence, "raw", sentence, "tokens", List.of(sentence)));
    }
    return ref;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> sentences(Map<String, Object> ref) {
    return (List<Object>) ref.get("sentences");
  }

  private static String annotation(int id, int imageId) {
    return "{\"id\": %d, \"image_id\": %d, \"bbox\": [1, 2, 3, 4], \"category_id\": 1}"
        .formatted(id, imageId);
  }

  /** A pickle, byte by byte. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes add(int... bytes) {
      for (int value : bytes) {
        out.write(value);
      }
      return this;
    }

    /** As Python 2 writes a str. */
    Bytes text(String text) {
      add('U', text.length());
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    byte[] toArray() {
      return out.toByteArray();
    }
  }
}
