import { Random, type TrainingConfig } from '@ptychokit/config';

/** Groups that are trained on and groups that only measure. */
export interface Split {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** A seeded split of `count` groups; the validation part has at least one group if a fraction was asked for and two groups exist. */
export function splitGroups(count: number, { seed, validationFraction }: Pick<TrainingConfig, 'seed' | 'validationFraction'>): Split {
  const wanted = validationFraction > 0 && count > 1 ? Math.max(1, Math.round(count * validationFraction)) : 0;
  const size = Math.min(wanted, count - 1);
  const order = new Random(seed, 'validation split').permutation(count);
  return { validation: order.slice(0, size).sort(), training: order.slice(size).sort() };
}
