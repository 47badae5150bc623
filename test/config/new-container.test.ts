import { newContainer, token } from '@ptychokit/config';
import { expect, it } from 'vitest';

it('containers are empty, and what one holds another does not', () => {
  const NAME = token<string>('test.Name');
  const [one, other] = [newContainer(), newContainer()];
  one.register(NAME, { useValue: 'one' });
  expect(one.resolve(NAME)).toBe('one');
  expect(() => other.resolve(NAME)).toThrow('test.Name');
});
