import util from 'node:util';
import { restoreUtilFunctions } from '../../packages/trainer/src/engine/restore-util-functions.js';

// Tests that import @tensorflow/tfjs-node themselves do without what the engine's loader does for it: since Node 23 it lacks two functions.
if (!('isNullOrUndefined' in util)) restoreUtilFunctions();
