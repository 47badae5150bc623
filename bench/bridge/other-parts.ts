// What npyjs and fflate take for what the bridge gives to other parts.
import { readFile } from 'node:fs/promises';
import { NpzFile } from '@ptychokit/memmap-bridge';
import { Inflate } from 'fflate';
import { parse } from 'npyjs';
import { memberBytes } from '../../packages/memmap-bridge/src/npz/member-stream.js';
import { locateZipData } from '../../packages/memmap-bridge/src/npz/zip-directory.js';

/** Compressed bytes of a stack that are inflated: enough for a rate. */
const INFLATED_BYTES = 96 * 2 ** 20;
const PIECE_BYTES = 1 << 18;

/** The first batch of a stored stack by way of npyjs, which takes whole arrays: the file is read, and the array cut out of it. */
export async function firstBatchByNpyjs(path: string, batch: number): Promise<Record<string, number>> {
  const started = performance.now();
  await using npz = await NpzFile.open(path);
  const entry = npz.entry('diffraction');
  const position = await locateZipData(npz.file, entry);
  const { buffer, byteOffset } = await readFile(path);
  const { data, shape } = parse(buffer.slice(byteOffset + position, byteOffset + position + entry.size) as ArrayBuffer);
  const frames = (data as Float32Array).slice(0, batch * (shape[1] as number) * (shape[2] as number));
  return { ms: performance.now() - started, checksum: frames.reduce((a, b) => a + b, 0) };
}

/** Inflates the start of a deflated stack piece by piece: with fflate, or as the bridge does it. */
export async function inflateStart(path: string, by: string): Promise<Record<string, number>> {
  await using npz = await NpzFile.open(path);
  const entry = npz.entry('diffraction');
  const compressed = Math.min(INFLATED_BYTES, entry.compressedSize);
  let bytes = 0;
  const started = performance.now();
  const enough = (entry.size * compressed) / entry.compressedSize;
  if (by === 'fflate') {
    const inflate = new Inflate((piece) => {
      bytes += piece.length;
    });
    const source = npz.file.pieces(await locateZipData(npz.file, entry), { length: compressed, pieceLength: PIECE_BYTES });
    for await (const piece of source) inflate.push(piece.slice());
  } else {
    for await (const piece of memberBytes(npz.file, entry)) {
      bytes += piece.length;
      if (bytes >= enough) break;
    }
  }
  const ms = performance.now() - started;
  return { ms, bytes, mbPerS: bytes / 1000 / ms };
}
