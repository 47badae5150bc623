import type { BridgeFactory, DatasetBridge } from './bridge.js';
import type { RawData } from './raw-data.js';

/** A bridge to a scan that is in memory: the double of a file in tests and notebooks. It does not close the scan, which its maker owns. */
export function inMemoryBridge(raw: RawData): DatasetBridge {
  const close = async (): Promise<void> => {};
  return { rawData: async () => raw, close, [Symbol.asyncDispose]: close };
}

/**
 * A factory that answers with scans in memory, by path.
 *
 * @throws RangeError (from the factory) a path that is not in `scans`
 */
export function inMemoryBridgeFactory(scans: ReadonlyMap<string, RawData>): BridgeFactory {
  return (path) => {
    const raw = scans.get(path);
    if (raw === undefined) throw new RangeError(`expected one of the paths ${[...scans.keys()].join(', ')}, got ${path}`);
    return inMemoryBridge(raw);
  };
}
