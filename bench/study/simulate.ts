// One dose simulated in this process, frame by frame as phase C does it; prints frames per second and peak memory as JSON.
import { parseArgs } from 'node:util';
import { Random } from '@ptychokit/config';
import { defocusedProbe, objectFromMaps, siemensMap, simulateScan, stretchMap } from '@ptychokit/physics';

const { values } = parseArgs({ options: { frames: { type: 'string', default: '4096' }, dose: { type: 'string', default: '1e4' } } });
const frames = Number(values.frames);
const [N, side] = [64, 400];
const map = siemensMap({ height: side, width: side, spokes: 24 });
const object = objectFromMaps({ amplitude: stretchMap(map, { low: 1, high: 0.7 }), phase: stretchMap(map, { low: 0, high: 1 }) });
const random = new Random(1, 'bench positions');
const positions = (): Float64Array => Float64Array.from({ length: frames }, () => N / 2 + 1 + random.uniform() * (side - N - 3));
const request = { object, probe: defocusedProbe({ N }), x: positions(), y: positions(), nphotons: Number(values.dose), seed: 42 };
for await (const _ of simulateScan(request).frames({ count: Math.min(frames, 512) }));
const started = performance.now();
let checksum = 0;
for await (const { amplitudes } of simulateScan(request).frames()) checksum += amplitudes[0] as number;
const seconds = (performance.now() - started) / 1e3;
const peak_rss_mb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ per_s: frames / seconds, seconds, peak_rss_mb, checksum }));
