// Writes a product with its frames: product.mjs <scan> <product>. Without the loader of TypeScript, which takes 600 MB to read h5wasm.
import { openDataset, productOfScan, writePtychodusProduct } from '@ptychokit/memmap-bridge';

const [scan, target] = process.argv.slice(2);
const before = process.memoryUsage().rss;
const started = performance.now();
const raw = await openDataset(scan);
const { objectGuess: object, probeGuess: probe, frames, xcoords, ycoords } = raw;
const product = productOfScan(
  { raw, object, probe, origin: { x: 0, y: 0 }, objectPixel_m: 2e-8 },
  { detectorObjectDistance_m: 0, probeEnergy_eV: 0, loss: { values: new Float64Array(0) } },
);
await writePtychodusProduct(target, product, { rawData: { frames, xcoords, ycoords } });
await raw.close();
const ms = performance.now() - started;
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ms, peakRssMb: peak / 1e6, rssGrowthMb: (peak - before) / 1e6 })}\n`);
