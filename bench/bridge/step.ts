// One run of one figure in a process of its own; prints JSON. Times begin when everything is loaded, as those of the reference do.
import { setTimeout } from 'node:timers/promises';
import { Random } from '@ptychokit/config';
import { DatasetWriter, nearestNeighbours, openDataset, prepareDataset, type RawData } from '@ptychokit/memmap-bridge';
import { firstBatchByNpyjs, inflateStart } from './other-parts.js';

const [mode, ...args] = process.argv.slice(2);
const BATCH = 16;

const modes: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  make: async () => {
    await makeScan(text(0), Number(text(1)));
    return {};
  },
  open: async () => {
    await collectedGarbageOfLoading();
    const started = performance.now();
    await using raw = await openDataset(text(0), { memmapDir: text(1) });
    const into = new Float32Array(BATCH * raw.frameSize ** 2);
    await raw.frames.readFrames(range(BATCH), into);
    return { ms: performance.now() - started, checksum: into.reduce((a, b) => a + b, 0), points: raw.xcoords.length };
  },
  gather: async () => {
    await using raw = await openDataset(text(0));
    await readAll(raw); // brings the file into the page cache, as numpy's array is in memory
    const random = new Random(1, 'gather');
    const into = new Float32Array(BATCH * raw.frameSize ** 2);
    const indices = new Int32Array(BATCH);
    const [warmUp, batches] = [500, Number(text(1))];
    let sum = 0;
    let started = performance.now();
    for (let batch = 0; batch < warmUp + batches; batch++) {
      if (batch === warmUp) started = performance.now();
      for (let k = 0; k < BATCH; k++) indices[k] = random.integer(raw.frameCount);
      await raw.frames.readFrames(indices, into);
      for (let k = 0; k < BATCH; k++) sum += into[k * raw.frameSize ** 2] as number;
    }
    const ms = performance.now() - started;
    return { ms, framesPerS: (1000 * batches * BATCH) / ms, sum };
  },
  knn: async () => {
    const [points, count] = [Number(text(0)), Number(text(1))];
    const random = new Random(0, 'knn');
    const positions = {
      xcoords: Float64Array.from({ length: points }, () => 4000 * random.uniform()),
      ycoords: Float64Array.from({ length: points }, () => 4000 * random.uniform()),
      scanIndex: new Int32Array(points),
    };
    const started = performance.now();
    const { indices } = nearestNeighbours(positions, { images: range(points), count });
    return { ms: performance.now() - started, found: indices.length };
  },
  prepare: async () => {
    const started = performance.now();
    await prepareDataset(text(0), text(1));
    return { ms: performance.now() - started };
  },
  npyjs: () => firstBatchByNpyjs(text(0), BATCH),
  inflate: () => inflateStart(text(0), text(1)),
  iterate: async () => {
    const started = performance.now();
    await using raw = await openDataset(text(0));
    const sum = await readAll(raw);
    return { ms: performance.now() - started, sum };
  },
};

const before = process.memoryUsage().rss;
const result = await (modes[mode ?? ''] as () => Promise<Record<string, number>>)();
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ...result, peakRssMb: peak / 1e6, rssGrowthMb: (peak - before) / 1e6 })}\n`);

function text(index: number): string {
  return args[index] ?? '';
}

function range(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

/** What loading the modules left behind is collected in pauses of up to 20 ms soon after; the reference counts no loading either. */
function collectedGarbageOfLoading(): Promise<void> {
  return setTimeout(200);
}

/** Reads every frame once, in the order of the file. */
async function readAll(raw: RawData): Promise<number> {
  const batch = 256;
  const into = new Float32Array(batch * raw.frameSize ** 2);
  let sum = 0;
  for (let first = 0; first < raw.frameCount; first += batch) {
    const count = Math.min(batch, raw.frameCount - first);
    await raw.frames.readFrames(
      Int32Array.from({ length: count }, (_, k) => first + k),
      into,
    );
    sum += into[0] as number;
  }
  return sum;
}

/** Writes a scan whose frames are random and repeat: what is in stored frames does not matter to their readers. */
async function makeScan(path: string, frameCount: number): Promise<void> {
  const frameSize = 64;
  const side = Math.ceil(Math.sqrt(frameCount));
  const random = new Random(0, 'bench');
  const block = Float32Array.from({ length: 1024 * frameSize ** 2 }, () => random.uniform());
  const objectSize = 4 * side + frameSize;
  const writer = await DatasetWriter.create(path, {
    frameCount,
    frameSize,
    xcoords: Float64Array.from({ length: frameCount }, (_, i) => 4 * (i % side) + random.uniform()),
    ycoords: Float64Array.from({ length: frameCount }, (_, i) => 4 * Math.floor(i / side) + random.uniform()),
    probeGuess: { shape: [frameSize, frameSize], data: block.slice(0, 2 * frameSize ** 2) },
    objectGuess: { shape: [objectSize, objectSize], data: new Float32Array(2 * objectSize ** 2).fill(1) },
  });
  for (let first = 0; first < frameCount; first += 1024) {
    await writer.append(block.subarray(0, Math.min(1024, frameCount - first) * frameSize ** 2));
  }
  await writer.finish();
}
