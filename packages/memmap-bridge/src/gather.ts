/** Refuses a gather that would read outside the records or write outside the buffer. */
export function assertGather(
  indices: ArrayLike<number>,
  into: Float32Array,
  records: { readonly count: number; readonly length: number },
): void {
  const needed = indices.length * records.length;
  if (into.length < needed) throw new RangeError(`expected a buffer of at least ${needed} values, got ${into.length}`);
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k] as number;
    if (!Number.isInteger(index) || index < 0 || index >= records.count) {
      throw new RangeError(`expected indices in 0 … ${records.count - 1}, got ${index} at position ${k}`);
    }
  }
}
