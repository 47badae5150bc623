import Flatbush from 'flatbush';

const SAMPLES = 1000;

/** Median distance from an image to its nearest other image, in object pixels, from up to 1000 images; undefined below two images. */
export function medianStep(positions: { readonly xcoords: Float64Array; readonly ycoords: Float64Array }): number | undefined {
  const { xcoords, ycoords } = positions;
  const count = xcoords.length;
  if (count < 2) return undefined;
  const tree = new Flatbush(count);
  for (let i = 0; i < count; i++) tree.add(xcoords[i] as number, ycoords[i] as number);
  tree.finish();
  const samples = Math.min(SAMPLES, count);
  const steps = Float64Array.from({ length: samples }, (_, s) => {
    const i = Math.floor((s * count) / samples);
    const x = xcoords[i] as number;
    const y = ycoords[i] as number;
    const other = tree.neighbors(x, y, 2).find((j) => j !== i) ?? i;
    return Math.hypot((xcoords[other] as number) - x, (ycoords[other] as number) - y);
  });
  return steps.sort()[samples >> 1];
}
