import type { Clock } from './clock.js';
import type { LegacyParams as LegacyParamsClass } from './legacy-params.js';
import { token } from './token.js';

/** The flat parameters of the run. */
export const LEGACY_PARAMS = token<LegacyParamsClass>('config.LegacyParams');

/** Wall-clock time. */
export const CLOCK = token<Clock>('config.Clock');
