// The three overlap metrics of many positions in groups of four; prints seconds and peak memory as JSON.
import { parseArgs } from 'node:util';
import { Random } from '@ptychokit/config';
import { overlapMetrics } from '@ptychokit/metrics';

const { values } = parseArgs({ options: { points: { type: 'string', default: '100000' } } });
const points = Number(values.points);
const edge = Math.ceil(Math.sqrt(points));
const random = new Random(1, 'bench overlap');
// A jittered raster of 8 px under a probe of 20 px; groups of four that are neighbours in the raster.
const xcoords = Float64Array.from({ length: points }, (_, i) => 8 * (i % edge) + random.uniform());
const ycoords = Float64Array.from({ length: points }, (_, i) => 8 * Math.floor(i / edge) + random.uniform());
const members = Int32Array.from({ length: 4 * points }, (_, m) => {
  const seed = Math.floor(m / 4);
  const other = seed + (m % 2) + (m % 4 > 1 ? edge : 0);
  return other < points ? other : seed - (m % 4);
});
const before = process.resourceUsage().maxRSS / 1024;
const started = performance.now();
const { imageBased } = overlapMetrics({ xcoords, ycoords, members, channels: 4, neighborCount: 7, probeDiameterPx: 20 });
const seconds = (performance.now() - started) / 1e3;
process.stdout.write(
  JSON.stringify({ per_s: points / seconds, seconds, peak_rss_mb: process.resourceUsage().maxRSS / 1024, before, checksum: imageBased }),
);
