import { expect, it } from 'vitest';
import { logFactorial } from '../../packages/physics/src/log-factorial.js';

it('is the sum of the logarithms, to the last digits of a double', () => {
  let sum = 0;
  for (let k = 0; k <= 2000; k++) {
    if (k > 0) sum += Math.log(k);
    if (k < 30 || k % 100 === 0) expect(Math.abs(logFactorial(k) - sum)).toBeLessThan(1e-12 * Math.max(1, sum));
  }
});
