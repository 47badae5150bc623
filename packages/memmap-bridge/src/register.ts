import type { DependencyContainer } from '@ptychokit/config/di';
import { createMemmapBridgeFactory, type MemmapBridgeOptions } from './bridge.js';
import { BRIDGE_FACTORY } from './tokens.js';

/** Registers the scan files of the disk as the production {@link BRIDGE_FACTORY}. */
export function registerMemmapBridge(container: DependencyContainer, options: MemmapBridgeOptions = {}): void {
  container.register(BRIDGE_FACTORY, { useValue: createMemmapBridgeFactory(options) });
}
