import type { TrainingConfig } from '@ptychokit/config';
import type { DatasetBridge, RawData } from '@ptychokit/memmap-bridge';
import type { RunServices } from './compose.js';
import { noteConversions } from './note-conversions.js';

/** The open scans of a run; disposing of them closes their files. */
export interface Scans extends AsyncDisposable {
  readonly train: RawData;
  readonly test: RawData | undefined;
  readonly files: readonly { readonly role: 'train' | 'test'; readonly path: string }[];
}

/** Opens the training scan, and the test scan if the configuration names one, each through a bridge of its own. */
export async function openScans(
  config: TrainingConfig,
  { bridgeFactory, onEvent }: Pick<RunServices, 'bridgeFactory' | 'onEvent'>,
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
    const train = await open(config.trainDataFile);
    const test = config.testDataFile === null ? undefined : await open(config.testDataFile);
    const files = [
      { role: 'train' as const, path: config.trainDataFile },
      ...(config.testDataFile === null ? [] : [{ role: 'test' as const, path: config.testDataFile }]),
    ];
    return { train, test, files, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
