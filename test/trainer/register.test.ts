import { globalContainer } from '@ptychokit/config/di';
import { BUNDLE_WRITER, engineTrainer, registerTrainer, TRAINER, writeBundle } from '@ptychokit/trainer';
import { describe, expect, it } from 'vitest';
import { bridged, tinyConfig, tinyExecution } from '../support/tiny-config.js';
import { tinyScan } from '../support/tiny-run.js';

describe('registerTrainer', () => {
  it('registers the engine and the archive in this container and no other', () => {
    const container = globalContainer.createChildContainer();
    registerTrainer(container);
    expect(container.resolve(TRAINER)).toBe(engineTrainer);
    expect(container.resolve(BUNDLE_WRITER)).toBe(writeBundle);
    expect(globalContainer.isRegistered(TRAINER)).toBe(false);
  });
});

describe('engineTrainer', () => {
  it('ends with the outcome of the training and what computed it', async () => {
    const config = tinyConfig({ nepochs: 1 });
    const run = engineTrainer({ config, execution: tinyExecution(), params: bridged(config), train: tinyScan({ frames: 4 }) });
    if (!(Symbol.asyncIterator in run)) throw new TypeError('expected a trainer that tells how it goes');
    let next = await run.next();
    const told: string[] = [];
    while (next.done !== true) {
      told.push(next.value.type);
      next = await run.next();
    }
    expect(told.filter((type) => type !== 'step')).toEqual(['start', 'epoch', 'end']);
    expect(next.value).toMatchObject({ epochsCompleted: 1, engine: { backend: 'tensorflow' } });
  });
});
