import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkDataset,
  DatasetContractError,
  groupFrames,
  groupsFromMembers,
  inspectDataset,
  NpzFile,
  openScan,
  toInt32,
} from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { dataDir, fixturesDir } from '../support/shared-data.js';
import { temporaryFolder } from './support/temporary-folder.js';

const memmapDir = join(temporaryFolder(), 'cache');
const data = dataDir() ?? '';
const parity = join(fixturesDir() ?? '', 'parity');

describe.skipIf(!existsSync(data))('real scans', () => {
  it.each([
    ['siemens_star_N64.npz', 64, 440557.1182170543],
    ['siemens_star_N128.npz', 128, 461212.8934108527],
    ['siemens_star_base_N64.npz', 64, 440557.1182170543],
  ])('%s opens as it is, with the mean counts its maker noted', async (name, size, meanCounts) => {
    const path = join(data, name);
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
    const raw = await openScan(path, { memmapDir });
    expect([raw.frameCount, raw.frameSize, raw.conversions]).toEqual([516, size, []]);
    const frames = new Float32Array(516 * size * size);
    await raw.frames.readFrames(
      Int32Array.from({ length: 516 }, (_, i) => i),
      frames,
    );
    let sum = 0;
    for (let i = 0; i < frames.length; i++) sum += (frames[i] as number) ** 2;
    expect(sum / 516 / meanCounts).toBeCloseTo(1, 5);
    const grouped = groupFrames(raw, {
      gridsize: 2,
      neighborCount: 7,
      nGroups: 1000,
      nSubsample: null,
      subsampleSeed: null,
      sequentialSampling: false,
      seed: 0,
    });
    expect(grouped.groupCount).toBe(1000);
    await raw.close();
  });

  it('siemens_star_raw_legacy.npz is described, and refused for its counts with what to do', async () => {
    const path = join(data, 'siemens_star_raw_legacy.npz');
    const found = await inspectDataset(path);
    expect(found.frames).toMatchObject({ key: 'diff3d', looksLike: 'counts' });
    expect(found.members.find((member) => member.name === 'diff3d')).toMatchObject({
      type: 'uint16',
      shape: [96, 96, 200],
      compression: 'deflated',
    });
    expect(found.conversions).toContain('probeGuess converted from complex128 to complex64');
    await expect(openScan(path)).rejects.toThrow(DatasetContractError);
    await expect(openScan(path)).rejects.toThrow(/ptychokit prepare/);
  });
});

describe.skipIf(!existsSync(parity))('simulated scans of the reference program', () => {
  it('simlines_train.npz opens with its dose and the groups it carries', async () => {
    const path = join(parity, 'simlines_train.npz');
    const raw = await openScan(path, { memmapDir });
    expect([raw.frameCount, raw.metadata.nphotons, raw.objectGuess?.shape]).toEqual([1682, 1e9, [392, 784]]);
    const npz = await NpzFile.open(path);
    const members = toInt32(await npz.read('groups_gs2'));
    await npz.close();
    expect(groupsFromMembers(raw, { members, channels: 4 }).groupCount).toBe(1568);
    await raw.close();
  });
});
