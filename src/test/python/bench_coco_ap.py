"""Times COCO's detection metrics with pycocotools, for docs/performance.md.

Not part of the build. Run it in any Python with `pycocotools`, by turns with the product, on the boxes that it wrote:

    ./echogen bench coco-ap folder=out/boxes
    python src/test/python/bench_coco_ap.py out/boxes

Reading the files is not timed. The last line is a JSON object with the seconds and the twelve numbers.
"""

import contextlib
import io
import json
import pathlib
import sys
import time

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large", "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large"]

folder = pathlib.Path(sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(str(folder / "truth.json"))
    found = truth.loadRes(str(folder / "found.json"))
    start = time.perf_counter()
    measured = COCOeval(truth, found, "bbox")
    measured.evaluate()
    measured.accumulate()
    measured.summarize()
    seconds = time.perf_counter() - start
print(json.dumps({"seconds": round(seconds, 3), "stats": dict(zip(NAMES, map(float, measured.stats)))}))
