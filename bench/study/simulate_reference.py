"""The same frames as simulate.ts with numpy, in batches of 64: bilinear patches, FFT, Poisson noise, square root."""
import argparse
import json
import resource
import time

import numpy as np

p = argparse.ArgumentParser()
p.add_argument("--frames", type=int, default=4096)
p.add_argument("--dose", type=float, default=1e4)
a = p.parse_args()
N, side = 64, 400
rng = np.random.default_rng(42)
yy, xx = np.mgrid[:side, :side] - side / 2
spokes = (np.sin(24 * np.arctan2(yy, xx)) > 0).astype(float)
obj = ((1 - 0.3 * spokes) * np.exp(1j * spokes)).astype(np.complex64)
r2 = ((np.mgrid[:N, :N] - N / 2) ** 2).sum(0)
probe = (np.exp(-r2 / 120 + 1j * r2 / 60)).astype(np.complex64)
x, y = (N / 2 + 1 + rng.uniform(size=(2, a.frames)) * (side - N - 3))
rows, cols = np.arange(N)[None, :, None], np.arange(N)[None, None, :]


def patches(sel):
    left, top = np.floor(x[sel]).astype(int), np.floor(y[sel]).astype(int)
    fx, fy = (x[sel] - left)[:, None, None].astype(np.float32), (y[sel] - top)[:, None, None].astype(np.float32)
    r, c = (top - N // 2)[:, None, None] + rows, (left - N // 2)[:, None, None] + cols
    return (1 - fy) * ((1 - fx) * obj[r, c] + fx * obj[r, c + 1]) + fy * ((1 - fx) * obj[r + 1, c] + fx * obj[r + 1, c + 1])


def simulate():
    batches = [slice(k, k + 64) for k in range(0, a.frames, 64)]
    energy = sum(float((np.abs(probe * patches(s)) ** 2).sum()) for s in batches) / a.frames
    scale = np.sqrt(a.dose / energy)
    total = 0.0
    for s in batches:
        field = np.fft.fftshift(np.fft.fft2(probe * patches(s)), axes=(1, 2)) / N
        frames = (np.sqrt(rng.poisson(scale**2 * np.abs(field) ** 2)) / scale).astype(np.float32)
        total += float(frames[0, 0, 0])
    return total


t0 = time.perf_counter()
checksum = simulate()
seconds = time.perf_counter() - t0
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"per_s": a.frames / seconds, "seconds": seconds, "peak_rss_mb": rss, "checksum": checksum}))
