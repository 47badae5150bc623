"""Unpacks from a tensorflow wheel what an addon is built against: python3 unpack-wheel.py WHEEL FOLDER"""
import sys
import zipfile

WANTED = (
    "tensorflow/libtensorflow_",
    "tensorflow/include/tensorflow/c/",
    "tensorflow/include/tensorflow/core/platform/",
    "tensorflow/include/tsl/",
    "tensorflow/include/xla/tsl/c/",
)

with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(WANTED)])
