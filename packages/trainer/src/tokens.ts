import { token } from '@ptychokit/config';
import type { writeBundle } from './bundle/write.js';
import type { Trainer } from './trainer.js';

/** Trains a model. */
export const TRAINER = token<Trainer>('trainer.Trainer');

/** Stores a trained model as an archive, whole or not at all. */
export type BundleWriter = typeof writeBundle;

/** Stores a trained model. */
export const BUNDLE_WRITER = token<BundleWriter>('trainer.BundleWriter');
