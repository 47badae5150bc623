import type { TrainingConfig } from '@ptychokit/config';

/**
 * Mean photons per frame from which a run that states no weights compares amplitudes instead of counts. Measured: docs/model.md.
 */
export const BRIGHT_FRAME = 3e5;

/** Weights of the two terms that compare with the diffraction. */
export interface LossWeights {
  /** Of the Poisson negative log likelihood of the counts. */
  readonly nll: number;
  /** Of the mean absolute error of the amplitudes. */
  readonly mae: number;
}

/**
 * The weights of the diffraction terms. Where the configuration gives one of them, the other is 0 unless given too. Where it gives none, the
 * dose decides: below {@link BRIGHT_FRAME} photon noise rules and its likelihood is the better judge; above, errors of the model do, and an
 * absolute error lets the few brightest pixels outvote the others less.
 *
 * @param meanCounts mean photons per frame of the training scan
 */
export function lossWeights({ nllWeight, maeWeight }: Pick<TrainingConfig, 'nllWeight' | 'maeWeight'>, meanCounts: number): LossWeights {
  if (nllWeight !== null || maeWeight !== null) return { nll: nllWeight ?? 0, mae: maeWeight ?? 0 };
  return meanCounts < BRIGHT_FRAME ? { nll: 1, mae: 0 } : { nll: 0, mae: 1 };
}
