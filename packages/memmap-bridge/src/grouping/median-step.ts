import { NearestOthers } from './nearest-others.js';

const SAMPLES = 1000;

/** Median distance from an image to its nearest other image, in object pixels, from up to 1000 images; undefined below two images. */
export function medianStep(positions: { readonly xcoords: Float64Array; readonly ycoords: Float64Array }): number | undefined {
  const count = positions.xcoords.length;
  if (count < 2) return undefined;
  const others = new NearestOthers({ xs: positions.xcoords, ys: positions.ycoords, count: 1 });
  const samples = Math.min(SAMPLES, count);
  const steps = Float64Array.from({ length: samples }, (_, s) => {
    others.search(Math.floor((s * count) / samples));
    return Math.sqrt(others.squaredDistances[0] as number);
  });
  return steps.sort()[samples >> 1];
}
