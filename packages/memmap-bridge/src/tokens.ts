import { token } from '@ptychokit/config';
import type { BridgeFactory } from './bridge.js';

/** Makes the bridge to a scan file. */
export const BRIDGE_FACTORY = token<BridgeFactory>('memmap-bridge.BridgeFactory');
