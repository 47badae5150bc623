import type { Tensor } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import type { SolveSettings } from '../run/settings.js';
import type { EngineName, IterativeEngine } from './engine.js';
import { lsqmlEngine } from './lsqml.js';
import { pieEngine } from './pie.js';

/** What {@link createEngine} is told. */
export interface CreateEngineOptions {
  readonly engine: EngineName;
  readonly settings: SolveSettings;
  /** 1 where a detector pixel counts, `[N, N]`. */
  readonly mask: Tensor | undefined;
  /** Threads of LSQ-ML outside TensorFlow, one or two: with two, `dispose` ends the second one. Default 1. */
  readonly threads?: number | undefined;
}

/** The engine of a name. */
export function createEngine(kernels: ComplexKernels, options: CreateEngineOptions): IterativeEngine {
  const { engine, settings, mask, threads } = options;
  if (engine === 'lsqml') return lsqmlEngine(kernels, { ...settings, mask, threads });
  return pieEngine(kernels, { ...settings, mask, rule: engine, overlapNormalised: true });
}
