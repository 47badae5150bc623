import type { TrainingConfig } from '@ptychokit/config';
import type { DatasetBridge, RawData } from '@ptychokit/memmap-bridge';
import type { RunServices } from './compose.js';
import { noteConversions } from './note-conversions.js';
import type { RunFiles } from './run-record.js';
import { scanFiles } from './scan-files.js';

/** The open scans of a run; disposing of them closes their files. */
export interface Scans extends AsyncDisposable {
  readonly train: RawData;
  readonly test: RawData | undefined;
  /** Every file they were read from, for the record. */
  readonly files: RunFiles['data'];
}

/** Where the scans of a run are. */
export interface ScanPaths {
  readonly train: string;
  readonly test: string | null;
}

/**
 * Opens the training scan, and the test scan if there is one, each through a bridge of its own.
 *
 * @param paths default: what the configuration names
 */
export async function openScans(
  config: TrainingConfig,
  { bridgeFactory, onEvent }: Pick<RunServices, 'bridgeFactory' | 'onEvent'>,
  paths: ScanPaths = { train: config.trainDataFile, test: config.testDataFile },
): Promise<Scans> {
  const bridges: DatasetBridge[] = [];
  const open = async (path: string): Promise<RawData> => {
    const bridge = bridgeFactory(path, config);
    bridges.push(bridge);
    const raw = await bridge.rawData();
    noteConversions(raw, onEvent);
    return raw;
  };
  const close = async (): Promise<void> => {
    for (const bridge of bridges) await bridge.close();
  };
  try {
    const train = await open(paths.train);
    const test = paths.test === null ? undefined : await open(paths.test);
    const files = [
      ...scanFiles(train, { role: 'train', path: paths.train }),
      ...(paths.test === null || test === undefined ? [] : scanFiles(test, { role: 'test', path: paths.test })),
    ];
    return { train, test, files, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
