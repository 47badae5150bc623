// A scan with its object to a ptychodus product and back: `ptychodus-round-trip.ts scan.npz product.h5`.
import { openScan, readPtychodusProduct } from '@ptychokit/memmap-bridge';
import { exportPtychodusProduct } from '@ptychokit/study';

const [scan, target] = process.argv.slice(2);
if (scan === undefined || target === undefined) throw new TypeError('expected a scan and the path of a product');

// A product is in metres; the scan of this example does not say how large its pixels are.
const hints = { energy_eV: 8800, distance_m: 1.5, objectPixel_m: 20e-9 };
const { positions } = await exportPtychodusProduct(scan, target, { ...hints, withFrames: true, comments: 'a round trip' });
console.log(`${positions} positions written`);

const product = await readPtychodusProduct(target);
console.log(`object [${product.object.array.shape}], ${(1e9 * product.object.pixelWidth_m).toFixed(0)} nm per pixel`);

await using before = await openScan(scan);
await using after = await openScan(target);
const spread = (values: Float64Array): number => Math.max(...values) - Math.min(...values);
console.log(`the scan is ${spread(before.xcoords).toFixed(3)} pixels wide, and ${spread(after.xcoords).toFixed(3)} after the round trip`);
