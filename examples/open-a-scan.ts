// Opens a scan and looks at it without reading its frames into memory: `open-a-scan.ts scan.npz`.
import { loadTrainingConfig } from '@ptychokit/config';
import { memmapBridgeFactory } from '@ptychokit/memmap-bridge';

const [scan] = process.argv.slice(2);
if (scan === undefined) throw new TypeError('expected the path of a scan');

const config = loadTrainingConfig({ overrides: { trainDataFile: scan } });
await using bridge = memmapBridgeFactory(scan, config);
const raw = await bridge.rawData();

const area = raw.frameSize ** 2;
const first = new Float32Array(2 * area); // [2, N, N]
await raw.frames.readFrames([0, raw.frameCount - 1], first);
const photons = (k: number): number => first.subarray(k * area, (k + 1) * area).reduce((sum, amplitude) => sum + amplitude ** 2, 0);

console.log(`${raw.frameCount} frames of ${raw.frameSize} x ${raw.frameSize}, probe [${raw.probeGuess.shape}]`);
console.log(`summed intensity of the first frame ${photons(0).toFixed(3)}, of the last ${photons(1).toFixed(3)}`);
for (const note of raw.conversions) console.log(`note: ${note}`);
