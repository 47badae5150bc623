/** Planck's constant times the speed of light in eV m (exact in the SI of 2019). */
const HC_EV_M = 1.239841984332e-6;

/** Wavelength in metres of photons of an energy in eV. @throws {RangeError} when the energy is not positive. */
export function wavelength_m(energy_eV: number): number {
  return HC_EV_M / positive('energy_eV', energy_eV);
}

/** Photon energy in eV of a wavelength in metres. @throws {RangeError} when the wavelength is not positive. */
export function energy_eV(wavelength_m: number): number {
  return HC_EV_M / positive('wavelength_m', wavelength_m);
}

/** Geometry of a far-field scan. */
export interface FarFieldGeometry {
  readonly energy_eV: number;
  /** From sample to detector. */
  readonly distance_m: number;
  readonly detectorPixel_m: number;
  /** Side of the detector frame in pixels. */
  readonly N: number;
}

/** Object pixel of a far-field scan in metres: wavelength * distance / (N * detector pixel). @throws {RangeError} when a quantity is not positive. */
export function objectPixel_m(geometry: FarFieldGeometry): number {
  const { distance_m, detectorPixel_m, N } = geometry;
  return (
    (wavelength_m(geometry.energy_eV) * positive('distance_m', distance_m)) /
    (positive('N', N) * positive('detectorPixel_m', detectorPixel_m))
  );
}

/** Positions in object pixels from positions in metres; `pixel_m` as from {@link objectPixel_m}. */
export function metresToPixels(positions_m: ArrayLike<number>, pixel_m: number): Float64Array {
  positive('pixel_m', pixel_m);
  return Float64Array.from(positions_m, (position) => position / pixel_m);
}

/** Positions in metres from positions in object pixels. */
export function pixelsToMetres(positionsPx: ArrayLike<number>, pixel_m: number): Float64Array {
  positive('pixel_m', pixel_m);
  return Float64Array.from(positionsPx, (position) => position * pixel_m);
}

function positive(name: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`expected ${name} to be positive, got ${value}`);
  return value;
}
