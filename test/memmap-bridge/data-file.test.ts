import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { DataFile } from '../../packages/memmap-bridge/src/data-file.js';
import { temporaryFolder } from './support/temporary-folder.js';

const path = join(temporaryFolder(), 'bytes.bin');
const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
writeFileSync(path, content);

describe('DataFile', () => {
  it('reads at any position', async () => {
    const file = await DataFile.open(path);
    expect(await file.bytes(990, 10)).toEqual(content.slice(990));
    const into = new Uint8Array(6);
    await file.read(into.subarray(2, 4), 300);
    expect([...into]).toEqual([0, 0, 44, 45, 0, 0]);
    await file.close();
  });

  it.each([1, 7, 1000, 4096])('gives a range in pieces of %d bytes', async (pieceLength) => {
    const file = await DataFile.open(path);
    const bytes: number[] = [];
    for await (const piece of file.pieces(100, { length: 500, pieceLength })) bytes.push(...piece);
    expect(bytes).toEqual([...content.subarray(100, 600)]);
    await file.close();
  });

  it('says that a file is cut short, before it makes room for what is not there', async () => {
    const file = await DataFile.open(path);
    await expect(file.bytes(0, 2 ** 45)).rejects.toThrow(/cut short: 1000 bytes where at least 35184372088832 are needed/);
    await expect(file.read(new Uint8Array(2), 999)).rejects.toThrow(DataFileError);
    await file.close();
  });

  it('fills views one after the other, empty ones too', async () => {
    const file = await DataFile.open(path);
    const views = [3, 0, 5, 1].map((length) => new Uint8Array(length));
    await file.readInto(views, 100);
    expect(views.flatMap((view) => [...view])).toEqual([...content.subarray(100, 109)]);
    await expect(file.readInto([new Uint8Array(4), new Uint8Array(4)], 995)).rejects.toThrow(/cut short/);
    await file.close();
  });

  it('opens the same file again, or says that there is another one', async () => {
    const moving = join(temporaryFolder(), 'moving.bin');
    writeFileSync(moving, content);
    await using file = await DataFile.open(moving);
    await using again = await file.reopen();
    expect(await again.bytes(1, 2)).toEqual(content.slice(1, 3));
    writeFileSync(`${moving}.new`, content);
    renameSync(`${moving}.new`, moving);
    await expect(file.reopen()).rejects.toThrow(/was replaced by another one while it was open/);
  });

  it('may be closed more than once', async () => {
    const file = await DataFile.open(path);
    await Promise.all([file.close(), file.close()]);
  });
});
