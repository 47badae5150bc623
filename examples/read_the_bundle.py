"""Reads a trained model in Python, without ptychokit: read_the_bundle.py wts.h5.zip (needs h5py)."""

import io
import json
import sys
import zipfile

import h5py

with zipfile.ZipFile(sys.argv[1]) as archive:
    config = json.loads(archive.read("config.json"))
    print(f"trained for {config['nepochs']} epochs on frames of {config['model']['N']} x {config['model']['N']}")
    with h5py.File(io.BytesIO(archive.read("diffraction_to_obj/weights.h5")), "r") as weights:
        count = 0

        def add(name: str, item: h5py.HLObject) -> None:
            global count
            if isinstance(item, h5py.Dataset):
                count += item.size

        weights.visititems(add)
        print(f"{count} parameters")
