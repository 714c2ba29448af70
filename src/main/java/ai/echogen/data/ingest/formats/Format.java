package ai.echogen.data.ingest.formats;

import static ai.echogen.data.ingest.formats.Sources.Key.ANNOTATIONS;
import static ai.echogen.data.ingest.formats.Sources.Key.CAPTIONS;
import static ai.echogen.data.ingest.formats.Sources.Key.CATEGORIES;
import static ai.echogen.data.ingest.formats.Sources.Key.IMAGES;
import static ai.echogen.data.ingest.formats.Sources.Key.INSTANCES;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.formats.coco.CocoAnnotations;
import ai.echogen.data.ingest.formats.coco.RefCocoAnnotations;
import ai.echogen.data.ingest.formats.parquet.GritRecords;
import ai.echogen.data.ingest.formats.parquet.HuggingFaceRecords;
import ai.echogen.data.ingest.formats.parquet.LayoutSamRecords;
import ai.echogen.data.ingest.formats.parquet.ParquetAnnotations;
import ai.echogen.data.ingest.formats.parquet.RefL4Records;
import ai.echogen.data.ingest.formats.tar.WebDatasetAnnotations;
import ai.echogen.data.ingest.formats.text.JsonLinesAnnotations;
import ai.echogen.data.ingest.formats.text.OpenImagesAnnotations;
import ai.echogen.data.ingest.formats.text.VisualGenomeAnnotations;
import ai.echogen.data.ingest.formats.xml.FlickrAnnotations;
import ai.echogen.data.ingest.formats.xml.VocAnnotations;
import ai.echogen.data.ingest.formats.yolo.YoloAnnotations;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/** The public formats that can be read; docs/formats.md has a line and an example for each. */
public enum Format {
  /** One JSON file for all images. */
  COCO(Set.of(INSTANCES, IMAGES), Set.of(CAPTIONS)) {
    @Override
    public Annotations look(Sources sources) {
      return CocoAnnotations.read(sources.of(INSTANCES), sources.captions());
    }

    @Override
    public Annotations read(Sources sources, Annotations looked, Location work) throws IOException {
      return CocoAnnotations.cut(sources.of(INSTANCES), sources.captions(), work);
    }
  },
  /** Pascal VOC: an XML file an image. */
  VOC(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return VocAnnotations.in(sources.of(ANNOTATIONS));
    }
  },
  /** Ultralytics YOLO: a text file of labels an image. */
  YOLO(Set.of(ANNOTATIONS, CATEGORIES, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return YoloAnnotations.in(
          sources.of(ANNOTATIONS), sources.of(CATEGORIES), sources.of(IMAGES));
    }
  },
  /** Flickr30k Entities: captions whose phrases have boxes. */
  FLICKR(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return FlickrAnnotations.in(sources.of(ANNOTATIONS));
    }
  },
  /** RefCOCO, RefCOCO+ and RefCOCOg: a pickle of refs, and instances.json with their boxes. */
  REFCOCO(Set.of(ANNOTATIONS, INSTANCES, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return RefCocoAnnotations.read(sources.of(ANNOTATIONS), sources.of(INSTANCES));
    }
  },
  /** Tar files of images, captions and JSON, as img2dataset writes them. */
  WEBDATASET(Set.of(ANNOTATIONS), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return WebDatasetAnnotations.in(sources.of(ANNOTATIONS));
    }
  },
  /** Visual Genome's regions or objects. */
  VISUAL_GENOME(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return VisualGenomeAnnotations.read(sources.of(ANNOTATIONS), sources.of(IMAGES));
    }
  },
  /** OpenImages: a CSV file with a row a box. */
  OPEN_IMAGES(Set.of(ANNOTATIONS, CATEGORIES, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return OpenImagesAnnotations.read(sources.of(ANNOTATIONS), sources.of(CATEGORIES));
    }
  },
  /** One JSON object a line: EchoGen's own, or Qwen-VL's grounding data. */
  JSON_LINES(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return JsonLinesAnnotations.read(sources.of(ANNOTATIONS), sources.of(IMAGES));
    }
  },
  /** Object detection of the Hugging Face Hub in Parquet, and shards of ours. */
  HUGGING_FACE(Set.of(ANNOTATIONS), Set.of(IMAGES)) {
    @Override
    public Annotations look(Sources sources) {
      return ParquetAnnotations.in(sources.of(ANNOTATIONS), HuggingFaceRecords::of);
    }
  },
  /** LayoutSAM, for evaluation and for training. */
  LAYOUTSAM(Set.of(ANNOTATIONS), Set.of(IMAGES)) {
    @Override
    public Annotations look(Sources sources) {
      return ParquetAnnotations.in(sources.of(ANNOTATIONS), LayoutSamRecords::of);
    }
  },
  /** Ref-L4. */
  REF_L4(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return ParquetAnnotations.in(sources.of(ANNOTATIONS), RefL4Records::of);
    }
  },
  /** GRIT, with images that img2dataset has fetched. */
  GRIT(Set.of(ANNOTATIONS, IMAGES), Set.of()) {
    @Override
    public Annotations look(Sources sources) {
      return ParquetAnnotations.in(sources.of(ANNOTATIONS), GritRecords.in(sources.of(IMAGES)));
    }
  };

  private final Set<Sources.Key> needed;
  private final Set<Sources.Key> possible;

  Format(Set<Sources.Key> needed, Set<Sources.Key> possible) {
    this.needed = needed;
    this.possible = possible;
  }

  /** As the user writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Adds what is missing of the files.
   *
   * @param group of the keys, with a dot behind it; empty for those of the job
   */
  public void requireNeeded(Sources sources, String group, Check check) {
    sources.requireAll(needed, group, word(), check);
  }

  /** Adds what has no use of the files. */
  public void requireNoOther(Sources sources, String group, Check check) {
    sources.requireNoneBut(needed, possible, group, word(), check);
  }

  /**
   * What there is, looked at as far as a dry run does.
   *
   * @throws IllegalArgumentException if a file is missing, does not parse or is of another kind
   */
  public abstract Annotations look(Sources sources);

  /**
   * What there is, to be read.
   *
   * @param looked what {@link #look} has found
   * @param work a folder that does not exist, and lasts until all pieces are read
   */
  public Annotations read(Sources sources, Annotations looked, Location work) throws IOException {
    return looked;
  }
}
