import { globalContainer } from '@ptychokit/config/di';
import { BRIDGE_FACTORY, type BridgeFactory, inMemoryBridge, MemmapDatasetBridge, registerMemmapBridge } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { trainingConfig } from './support/configuration.js';
import { rawScan } from './support/synthetic-scan.js';

describe('registerMemmapBridge', () => {
  it('registers the production factory, and a substitute in one container changes no other', () => {
    const parent = globalContainer.createChildContainer();
    registerMemmapBridge(parent, { memmapDir: '/tmp/nowhere' });
    const child = parent.createChildContainer();
    const spy: BridgeFactory = () => inMemoryBridge(rawScan());
    child.register(BRIDGE_FACTORY, { useValue: spy });
    expect(child.resolve(BRIDGE_FACTORY)).toBe(spy);
    const bridge = parent.resolve(BRIDGE_FACTORY)('scan.npz', trainingConfig());
    expect(bridge).toBeInstanceOf(MemmapDatasetBridge);
    expect(globalContainer.isRegistered(BRIDGE_FACTORY)).toBe(false);
  });
});
