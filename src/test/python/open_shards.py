"""Opens a shard directory with Hugging Face datasets, and decodes every image.

Not part of the build. Run it in any Python with `datasets` and `pillow`:

    python src/test/python/open_shards.py DIR
"""

import json
import pathlib
import sys
import tempfile

import datasets

directory = pathlib.Path(sys.argv[1])
manifest = json.loads((directory / "manifest.json").read_text())
with tempfile.TemporaryDirectory() as cache:
    splits = datasets.load_dataset(str(directory), cache_dir=cache)
    assert {name: len(rows) for name, rows in splits.items()} == manifest["rows"], splits
    for name, rows in splits.items():
        assert isinstance(rows.features["image"], datasets.Image), rows.features
        assert rows["id"] == sorted(rows["id"]), f"{name} is not sorted by id"
        for row in rows:
            assert row["image"].convert("RGB").size == (row["width"], row["height"]), row["id"]
            for region in row["regions"]:
                assert 0 <= region["x0"] < region["x1"] <= 1, row["id"]
                assert 0 <= region["y0"] < region["y1"] <= 1, row["id"]
        print(f"{name}: {len(rows)} rows, every image decodes")
