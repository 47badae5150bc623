import type { Tensor } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import type { SolveSettings } from '../run/settings.js';
import type { EngineName, IterativeEngine } from './engine.js';
import { lsqmlEngine } from './lsqml.js';
import { pieEngine } from './pie.js';

/** The engine of a name. */
export function createEngine(
  kernels: ComplexKernels,
  options: { readonly engine: EngineName; readonly settings: SolveSettings; readonly mask: Tensor | undefined },
): IterativeEngine {
  const { engine, settings, mask } = options;
  if (engine === 'lsqml') return lsqmlEngine(kernels, { ...settings, mask });
  return pieEngine(kernels, { ...settings, mask, rule: engine, overlapNormalised: true });
}
