import { describe, expect, it } from 'vitest';
import { normaliseArgv } from '../../../packages/study/src/cli/normalise-argv.js';

describe('normaliseArgv', () => {
  it.each([
    [
      ['--max_epochs', '3'],
      ['--max-epochs', '3'],
    ],
    [['--max_epochs=3'], ['--max-epochs=3']],
    [
      ['--nepochs', '3'],
      ['--max-epochs', '3'],
    ],
    [['--n_images=32'], ['--n-groups=32']],
    [['--disable_checkpointing'], ['--no-enable-checkpointing']],
    [
      ['fit', 'my_scan.npz', '--output-dir', 'out_dir'],
      ['fit', 'my_scan.npz', '--output-dir', 'out_dir'],
    ],
    [['--output_dir=out_dir/a_b'], ['--output-dir=out_dir/a_b']],
    [
      ['-q', '--', '--max_epochs'],
      ['-q', '--', '--max_epochs'],
    ],
    [
      ['--seed', '-1'],
      ['--seed', '-1'],
    ],
  ])('%j becomes %j', (given, expected) => {
    expect(normaliseArgv(given)).toEqual(expected);
  });
});
