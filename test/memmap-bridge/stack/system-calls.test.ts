import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadSystemCalls } from '../../../packages/memmap-bridge/src/stack/system-calls.js';

afterEach(() => vi.unstubAllGlobals());

const pretend = (machine: Partial<Pick<NodeJS.Process, 'platform' | 'arch'>>): void => {
  vi.stubGlobal('process', { platform: process.platform, arch: process.arch, ...machine });
};

describe('loadSystemCalls', () => {
  it('loads nothing on systems whose calls are others', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      pretend({ platform });
      expect(loadSystemCalls(8)).toBeUndefined();
    }
    pretend({ platform: 'linux', arch: 'mips' });
    expect(loadSystemCalls(8)).toBeUndefined();
  });

  it('goes without them where the system has no room', () => {
    expect(loadSystemCalls(-1)).toBeUndefined();
  });

  it.skipIf(loadSystemCalls(8) === undefined)('knows where arrays lie (needs Linux and koffi)', () => {
    const { addressOf } = loadSystemCalls(8) as Exclude<ReturnType<typeof loadSystemCalls>, undefined>;
    const bytes = new Uint8Array(1000);
    expect(addressOf(bytes)).toBeGreaterThan(0);
    expect(addressOf(bytes.subarray(100)) - addressOf(bytes)).toBe(100);
  });
});
