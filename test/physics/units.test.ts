import { energy_eV, metresToPixels, objectPixel_m, pixelsToMetres, wavelength_m } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

describe('units', () => {
  it('turn photon energy into wavelength and back', () => {
    expect(wavelength_m(12_398.41984332)).toBeCloseTo(1e-10, 20);
    expect(energy_eV(wavelength_m(8_800))).toBeCloseTo(8_800, 8);
  });

  it('give the object pixel wavelength * distance / (N * detector pixel)', () => {
    const pixel_m = objectPixel_m({ energy_eV: 12_398.41984332, distance_m: 2, detectorPixel_m: 75e-6, N: 128 });
    expect(pixel_m).toBeCloseTo((1e-10 * 2) / (128 * 75e-6), 15);
  });

  it('convert positions both ways', () => {
    expect([...metresToPixels([0, 1e-6, -2e-6], 5e-8)].map((x) => Math.round(1e6 * x) / 1e6)).toEqual([0, 20, -40]);
    expect(pixelsToMetres(metresToPixels([3.25e-6], 7e-9), 7e-9)[0]).toBeCloseTo(3.25e-6, 18);
  });

  it.each([
    ['wavelength_m', () => wavelength_m(0), /energy_eV to be positive, got 0/],
    ['energy_eV', () => energy_eV(-1), /wavelength_m to be positive, got -1/],
    ['objectPixel_m', () => objectPixel_m({ energy_eV: 1, distance_m: Number.NaN, detectorPixel_m: 1, N: 1 }), /distance_m to be positive/],
    ['metresToPixels', () => metresToPixels([1], 0), /pixel_m to be positive/],
  ])('%s refuses what is not positive', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
