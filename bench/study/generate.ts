// The whole of phase C, files and checks included, one dose in this process; prints frames per second and peak memory as JSON.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@ptychokit/config';
import { writeNpz } from '@ptychokit/memmap-bridge';
import { defocusedProbe, objectFromMaps, siemensMap, stretchMap } from '@ptychokit/physics';
import { generateData, inProcessRunner, studyDesignFrom } from '@ptychokit/study';

const { values } = parseArgs({ options: { frames: { type: 'string', default: '4096' } } });
const frames = Number(values.frames);
const [N, side] = [64, 400];
const dir = await mkdtemp(join(tmpdir(), 'ptychokit-bench-'));
try {
  const map = siemensMap({ height: side, width: side, spokes: 24 });
  const random = new Random(1, 'bench positions');
  const positions = (): Float64Array => Float64Array.from({ length: frames }, () => N / 2 + 1 + random.uniform() * (side - N - 3));
  const basePath = join(dir, 'base.npz');
  await writeNpz(basePath, {
    objectGuess: objectFromMaps({ amplitude: stretchMap(map, { low: 1, high: 0.7 }), phase: stretchMap(map, { low: 0, high: 1 }) }),
    probeGuess: defocusedProbe({ N }),
    xcoords: positions(),
    ycoords: positions(),
  });
  const design = studyDesignFrom({ overrides: { doses: [1e4] } });
  const started = performance.now();
  const { results } = await generateData({ basePath, outputRoot: join(dir, 'c'), design, runner: inProcessRunner() });
  const seconds = (performance.now() - started) / 1e3;
  if (results[0]?.status !== 'completed') throw new Error(results[0]?.error ?? 'no dose');
  process.stdout.write(JSON.stringify({ per_s: frames / seconds, seconds, peak_rss_mb: process.resourceUsage().maxRSS / 1024 }));
} finally {
  await rm(dir, { recursive: true, force: true });
}
