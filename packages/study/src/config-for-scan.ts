import { type LoadOptions, loadTrainingConfig, type TrainingConfig } from '@ptychokit/config';
import { type RunOptions, runServices } from './compose.js';

const DEFAULT_SIZE = 64;
const OTHER_SIZES: readonly number[] = [128, 256];

/**
 * A frozen training configuration for one scan from file, overrides and defaults, with `model.N` following the frames unless it was
 * set to something else than its default.
 *
 * @throws ConfigError with every problem of the configuration
 * @throws PtychoError when the scan cannot be opened or breaks the data contract
 */
export async function configForScan(scan: string, given: LoadOptions = {}, options: RunOptions = {}): Promise<TrainingConfig> {
  const load = (size: Readonly<Record<string, unknown>>): TrainingConfig =>
    loadTrainingConfig({ ...given, overrides: { ...given.overrides, ...size, trainDataFile: scan } });
  const config = load({});
  if (config.model.N !== DEFAULT_SIZE || isSizeGiven(given)) return config;
  await using bridge = runServices(options).bridgeFactory(scan, config);
  const { frameSize } = await bridge.rawData();
  return OTHER_SIZES.includes(frameSize) ? load({ 'model.N': frameSize }) : config;
}

function isSizeGiven({ overrides = {} }: LoadOptions): boolean {
  const model = overrides.model as { readonly N?: unknown } | undefined;
  return overrides['model.N'] !== undefined || model?.N !== undefined;
}
