import '@ptychokit/config';
import { expect, test } from 'vitest';

test('Importing the package has no side effect on the Reflect object', () => {
  expect(Reflect).not.toHaveProperty('getMetadata');
});
