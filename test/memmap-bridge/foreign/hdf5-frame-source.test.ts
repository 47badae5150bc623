import { join } from 'node:path';
import { openScan } from '@ptychokit/memmap-bridge';
import { testFrameSource } from '../../contract/frame-source.js';
import { countedScan, cxiDatasets, ptydChunk, ptydMeta, writeFile } from '../support/foreign-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const scan = countedScan();
const expected = Float32Array.from(scan.counts, (value) => Math.sqrt(value));

testFrameSource('one HDF5 dataset', async () => {
  const path = join(folder, 'scan.cxi');
  await writeFile(path, { datasets: cxiDatasets(scan) });
  return { source: (await openScan(path)).frames, expected, frameSize: 8 };
});

testFrameSource('HDF5 datasets in mixed order', async () => {
  const path = join(folder, 'scan.ptyd');
  const odd = [1, 3, 5, 7, 9, 11];
  const even = [10, 8, 6, 4, 2, 0];
  await writeFile(path, {
    datasets: { ...ptydMeta(scan), ...ptydChunk(scan, '/chunks/0', odd), ...ptydChunk(scan, '/chunks/10', even) },
  });
  return { source: (await openScan(path)).frames, expected, frameSize: 8 };
});
