/** Frames of either half, each in the order of the scan. */
export interface SplitFrames {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Divides frames along a scan coordinate: the share `trainFraction` with the smallest values becomes train, the rest test. Frames at equal
 * coordinates follow the order of the scan; both halves get at least one.
 *
 * @param coordinates one per frame
 * @throws RangeError fewer than two frames
 */
export function splitFrames(coordinates: ArrayLike<number>, trainFraction: number): SplitFrames {
  const count = coordinates.length;
  if (count < 2) throw new RangeError(`expected at least two frames to split, got ${count}`);
  const order = Int32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (coordinates[a] as number) - (coordinates[b] as number) || a - b,
  );
  const cut = Math.min(count - 1, Math.max(1, Math.floor(count * trainFraction)));
  return { train: order.slice(0, cut).sort(), test: order.slice(cut).sort() };
}
