/** A bar of known length drawn into an image. */
export interface ScaleBar {
  readonly lengthPx: number;
  readonly label: string;
}

const UNITS = [
  { name: 'm', size_m: 1 },
  { name: 'mm', size_m: 1e-3 },
  { name: 'µm', size_m: 1e-6 },
  { name: 'nm', size_m: 1e-9 },
  { name: 'pm', size_m: 1e-12 },
] as const;

/**
 * A bar of about a fifth of an image's width: a round number of pixels, or, when the size of an object pixel is known, a round length with
 * the pixels in brackets.
 */
export function scaleBar(widthPx: number, pixelSize_m?: number): ScaleBar {
  if (pixelSize_m === undefined) {
    const lengthPx = Math.max(1, roundDown(widthPx / 4));
    return { lengthPx, label: `${lengthPx} px` };
  }
  const length_m = roundDown((widthPx / 4) * pixelSize_m);
  const unit = UNITS.find(({ size_m }) => length_m >= 0.999 * size_m) ?? UNITS[UNITS.length - 1]!;
  const lengthPx = length_m / pixelSize_m;
  const pixels = lengthPx < 10 ? lengthPx.toFixed(1) : lengthPx.toFixed(0);
  return { lengthPx, label: `${trim(length_m / unit.size_m)} ${unit.name} (${pixels} px)` };
}

/** A value just below a round number for its floating-point error counts as that number. */
const ROUNDING = 1 + 1e-9;

/** The largest of 1, 2, 5 times a power of ten that is not above the value. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value * ROUNDING));
  return power * ([5, 2].find((step) => value * ROUNDING >= step * power) ?? 1);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
