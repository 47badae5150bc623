/** An image of one or more interleaved numbers per pixel (1 for a real image, 2 for a complex one), row-major. */
export interface Raster {
  readonly data: Float32Array;
  readonly channels: number;
  readonly shape: readonly [rows: number, columns: number];
  /** 1 where a pixel counts, one entry per pixel. */
  readonly region: Uint8Array | undefined;
}

/** The smallest block size that brings an image down to `longestPx` on its longer side. */
export function binningFor(shape: readonly [rows: number, columns: number], longestPx: number): number {
  return Math.max(1, Math.ceil(Math.max(...shape) / longestPx));
}

/**
 * Averages blocks of `binning` x `binning` pixels (smaller at the far rim). A block's average is over its pixels inside the region, and the
 * block belongs to the region when at least half of it does.
 */
export function blockMean(raster: Raster, binning: number): Raster {
  if (binning === 1) return raster;
  const rows = Math.ceil(raster.shape[0] / binning);
  const columns = Math.ceil(raster.shape[1] / binning);
  const data = new Float32Array(rows * columns * raster.channels);
  const region = raster.region && new Uint8Array(rows * columns);
  for (let k = 0; k < rows * columns; k++) {
    const share = addBlock(raster, { row: Math.floor(k / columns) * binning, column: (k % columns) * binning, binning }, data, k);
    if (region) region[k] = share >= 0.5 ? 1 : 0;
  }
  return { data, channels: raster.channels, shape: [rows, columns], region };
}

/** Writes the mean of one block at `data[k * channels]` and returns the share of its pixels that counted. */
function addBlock(raster: Raster, block: Block, data: Float32Array, k: number): number {
  const { channels, shape, region } = raster;
  const bottom = Math.min(shape[0], block.row + block.binning);
  const right = Math.min(shape[1], block.column + block.binning);
  let count = 0;
  for (let row = block.row; row < bottom; row++) {
    for (let i = row * shape[1] + block.column; i < row * shape[1] + right; i++) {
      if (region && region[i] !== 1) continue;
      count++;
      for (let c = 0; c < channels; c++) data[k * channels + c]! += raster.data[i * channels + c] as number;
    }
  }
  for (let c = 0; c < channels && count > 0; c++) data[k * channels + c]! /= count;
  return count / ((bottom - block.row) * (right - block.column));
}

interface Block {
  readonly row: number;
  readonly column: number;
  readonly binning: number;
}
