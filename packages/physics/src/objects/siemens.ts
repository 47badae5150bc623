import type { RealMap } from '../gaussian-blur.js';

/** Options of {@link siemensMap}. */
export interface SiemensOptions {
  readonly height: number;
  readonly width: number;
  /** Dark and bright pairs around the circle; default 36. */
  readonly spokes?: number;
  /** Radius of the star relative to half the shorter side; default 0.9. */
  readonly relativeRadius?: number;
}

/** Sub-pixels per pixel and axis, against jagged edges. */
const SUPERSAMPLING = 4;

/** Siemens star, 0 … 1, 1 on the spokes; spokes narrower than two pixels, near the centre, fade to their mean. */
export function siemensMap({ height, width, spokes = 36, relativeRadius = 0.9 }: SiemensOptions): RealMap {
  if (!(Number.isInteger(spokes) && spokes > 0)) throw new RangeError(`expected a whole number of spokes, got ${spokes}`);
  const radius = (relativeRadius * Math.min(height, width)) / 2;
  const data = new Float64Array(height * width);
  const offset = (SUPERSAMPLING - 1) / 2;
  for (let i = 0; i < data.length; i++) {
    let bright = 0;
    for (let sub = 0; sub < SUPERSAMPLING ** 2; sub++) {
      const x = (i % width) - (width - 1) / 2 + ((sub % SUPERSAMPLING) - offset) / SUPERSAMPLING;
      const y = Math.floor(i / width) - (height - 1) / 2 + (Math.floor(sub / SUPERSAMPLING) - offset) / SUPERSAMPLING;
      if (Math.hypot(x, y) <= radius && Math.sin(spokes * Math.atan2(y, x)) > 0) bright += 1;
    }
    data[i] = bright / SUPERSAMPLING ** 2;
  }
  return { height, width, data };
}
