import { join } from 'node:path';
import {
  createMemmapBridgeFactory,
  inMemoryBridge,
  inMemoryBridgeFactory,
  MemmapDatasetBridge,
  memmapBridgeFactory,
  type OpenScanOptions,
  openScan,
  SourceClosedError,
  writeNpz,
} from '@ptychokit/memmap-bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatasetBridge } from '../contract/dataset-bridge.js';
import { trainingConfig } from './support/configuration.js';
import { countedScan, cxiDatasets, writeFile } from './support/foreign-files.js';
import { rawScan, scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const config = trainingConfig();
const memmapDir = join(folder, 'cache');
const path = join(folder, 'scan.npz');
const compressed = join(folder, 'compressed.npz');
const foreign = join(folder, 'scan.cxi');

beforeAll(async () => {
  await writeNpz(path, scanMembers(syntheticScan()));
  await writeNpz(compressed, scanMembers(syntheticScan()), { deflate: true });
  await writeFile(foreign, { datasets: cxiDatasets(countedScan()) });
});

testDatasetBridge('MemmapDatasetBridge of a stored scan', async () => memmapBridgeFactory(path, config));
testDatasetBridge('MemmapDatasetBridge of a compressed scan', async () => createMemmapBridgeFactory({ memmapDir })(compressed, config));
testDatasetBridge('MemmapDatasetBridge of a CXI file', async () => memmapBridgeFactory(foreign, config));
testDatasetBridge('inMemoryBridge', async () => inMemoryBridge(rawScan()));

/** Counts how often a scan is opened. */
function counting(): { open: typeof openScan; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    open: (file: string, options?: OpenScanOptions) => {
      count++;
      return openScan(file, options);
    },
  };
}

describe('MemmapDatasetBridge', () => {
  it('opens the scan when it is first asked for, once', async () => {
    const { open, count } = counting();
    const bridge = new MemmapDatasetBridge(path, config, { open });
    expect([bridge.path, bridge.config === config, count()]).toEqual([path, true, 0]);
    await Promise.all([bridge.rawData(), bridge.rawData()]);
    await bridge.rawData();
    expect(count()).toBe(1);
    await bridge.close();
  });

  it('hands its options to the opener', async () => {
    let seen: OpenScanOptions | undefined;
    const bridge = new MemmapDatasetBridge(path, config, {
      memmapDir,
      frameAxis: 'first',
      open: (file, options) => {
        seen = options;
        return openScan(file, options);
      },
    });
    await bridge.rawData();
    expect(seen).toEqual({ memmapDir, frameAxis: 'first' });
    await bridge.close();
  });

  it('tries again after a failure', async () => {
    const late = join(folder, 'late.npz');
    const bridge = new MemmapDatasetBridge(late, config);
    await expect(bridge.rawData()).rejects.toThrow(/does not exist/);
    await writeNpz(late, scanMembers(syntheticScan()));
    expect((await bridge.rawData()).frameCount).toBe(12);
    await bridge.close();
  });

  it('closes a scan that is still being opened, and refuses to open one afterwards', async () => {
    const bridge = new MemmapDatasetBridge(path, config);
    const opening = bridge.rawData();
    await bridge.close();
    const raw = await opening;
    await expect(raw.frames.readFrames([0], new Float32Array(64))).rejects.toThrow(SourceClosedError);
    await expect(bridge.rawData()).rejects.toThrow(/bridge was closed/);
  });

  it('closes without complaint when opening failed', async () => {
    const bridge = new MemmapDatasetBridge(join(folder, 'none.npz'), config);
    await bridge.rawData().catch(() => {});
    await bridge.close();
  });
});

describe('inMemoryBridgeFactory', () => {
  it('answers by path and names the paths it knows', async () => {
    const raw = rawScan();
    const factory = inMemoryBridgeFactory(new Map([['a.npz', raw]]));
    expect(await factory('a.npz', config).rawData()).toBe(raw);
    expect(() => factory('b.npz', config)).toThrow(/expected one of the paths a.npz, got b.npz/);
  });

  it('leaves the scan open: its maker owns it', async () => {
    const raw = rawScan();
    await inMemoryBridge(raw).close();
    await raw.frames.readFrames([0], new Float32Array(64));
  });
});
