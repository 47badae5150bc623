import type { DependencyContainer } from '@ptychokit/config/di';
import { writeBundle } from './bundle/write.js';
import { BUNDLE_WRITER, TRAINER } from './tokens.js';
import { engineTrainer } from './trainer.js';

/** Registers the engine of this machine as the production {@link TRAINER}, and the model archive as {@link BUNDLE_WRITER}. */
export function registerTrainer(container: DependencyContainer): void {
  container.register(TRAINER, { useValue: engineTrainer });
  container.register(BUNDLE_WRITER, { useValue: writeBundle });
}
