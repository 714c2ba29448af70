"""Times what `./echogen bench ingest` does, with Hugging Face datasets and Pillow.

Not part of the build. Run it in any Python with `datasets` and `pillow`, on the folder of the benchmark:

    python src/test/python/bench_ingest.py FOLDER OUT [SIZE] [WORKERS]
"""

import io
import json
import pathlib
import resource
import sys
import tempfile
import time

import datasets
from PIL import Image

folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
size = int(sys.argv[3]) if len(sys.argv) > 3 else 384
workers = int(sys.argv[4]) if len(sys.argv) > 4 else 2


def square(row):
    """The image as a square PNG, as the product stores it."""
    picture = Image.open(folder / "images" / row["file_name"]).convert("RGB")
    buffer = io.BytesIO()
    picture.resize((size, size), Image.BOX if min(picture.size) >= size else Image.BILINEAR).save(buffer, "png")
    return {"image": {"bytes": buffer.getvalue(), "path": row["file_name"]}}


start = time.time()
about = json.loads((folder / "instances.json").read_text())
boxes = {box["image_id"]: box["bbox"] for box in about["annotations"]}
rows = [{**image, "bbox": boxes[image["id"]]} for image in about["images"]]
with tempfile.TemporaryDirectory() as cache:
    data = datasets.Dataset.from_list(rows).map(
        square, num_proc=workers, cache_file_name=f"{cache}/made.arrow"
    )
    data = data.cast_column("image", datasets.Image())
    out.mkdir(parents=True)
    data.to_parquet(str(out / "train.parquet"))
seconds = time.time() - start
files = sum(file.stat().st_size for file in (folder / "images").iterdir())
peak = max(
    resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
)
print(
    json.dumps(
        {
            "images": len(rows),
            "seconds": round(seconds, 2),
            "images_per_s": round(len(rows) / seconds, 1),
            "megabytes_per_s": round(files / 1e6 / seconds, 2),
            "largest_process_peak_gb": round(peak * 1024 / 1e9, 3),
        }
    )
)
