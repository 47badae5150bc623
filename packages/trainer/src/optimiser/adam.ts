import type { ParameterSpec, ParameterTensors } from '../models/parameters.js';

/** Everything an optimiser needs to go on where it stopped; arrays in the order and shape of the parameters. */
export interface OptimiserState {
  /** Updates made so far. */
  readonly steps: number;
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Running means of the gradients and of their squares. */
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

/** Holds the parameters of a model and moves them along gradients. */
export interface Optimiser {
  readonly specs: readonly ParameterSpec[];
  /** The parameters as they stand; the caller disposes them (a tidy will do) before the next {@link Optimiser.step}. */
  parameters(): ParameterTensors;
  /** Moves every parameter by one update; `gradients` by name, same shapes. */
  step(gradients: ParameterTensors, learningRate: number): void;
  save(): Promise<OptimiserState>;
  /** Puts a saved state back; shapes must be those of the parameters. */
  load(state: OptimiserState): void;
  dispose(): void;
}

/** Constants of Adam (Kingma and Ba, ICLR 2015). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
