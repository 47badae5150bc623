import * as iterative from '@ptychokit/iterative';
import { expect, test } from 'vitest';

test('The entry point exports these names and no others', () => {
  expect(Object.keys(iterative).sort()).toMatchInlineSnapshot(`
    [
      "EngineRequiredError",
      "SolveCheckpointError",
      "SolveDataError",
      "SolveDivergenceError",
      "complexKernels",
      "createEngine",
      "fromComplexTensor",
      "lsqmlEngine",
      "objectWindows",
      "pieEngine",
      "solve",
      "toComplexTensor",
      "uniformBatches",
    ]
  `);
});
