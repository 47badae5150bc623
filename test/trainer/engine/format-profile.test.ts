import { formatProfile } from '@ptychokit/trainer';
import { expect, it } from 'vitest';

it('A profile is two tables, with small kernels in one line', () => {
  const text = formatProfile({
    seconds: 10,
    stages: [
      { name: 'forward', calls: 2, seconds: 8 },
      { name: 'read', calls: 3, seconds: 2 },
    ],
    kernels: [
      { stage: 'forward', name: 'Conv2D', calls: 44, seconds: 6 },
      { stage: 'forward', name: 'Neg', calls: 4, seconds: 0.02 },
      { stage: 'read', name: 'Cast', calls: 1, seconds: 0.01 },
    ],
  });
  expect(text.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'time per stage, 10.000 s in all',
    'forward 8.000 s 80.0 % 2 x',
    'read 2.000 s 20.0 % 3 x',
    'time per kernel of the engine, 6.030 s in all',
    'forward: Conv2D 6.000 s 60.0 % 44 x',
    '2 smaller ones 0.030 s 0.3 % 5 x',
    '',
  ]);
});
