import '@tensorflow/tfjs-node';
import { complexKernels, createEngine, type EngineName } from '@ptychokit/iterative';
import { testIterativeEngine } from '../../contract/iterative-engine.js';

const SETTINGS = {
  noise: 'gaussian',
  batchSize: 4,
  smoothness: 0,
  objectStep: 1,
  probeStep: 1,
  alphaObject: 0.5,
  alphaProbe: 0.5,
  modes: 1,
  averaged: 0,
} as const;

for (const engine of ['lsqml', 'epie', 'rpie'] as const satisfies readonly EngineName[]) {
  testIterativeEngine(engine, () => createEngine(complexKernels(), { engine, settings: SETTINGS, mask: undefined }));
  testIterativeEngine(`${engine}, Poisson`, () =>
    createEngine(complexKernels(), { engine, settings: { ...SETTINGS, noise: 'poisson' }, mask: undefined }),
  );
}
