import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { withFlagMeant } from '../../../packages/study/src/cli/unknown-flag.js';

const program = new Command('ptychokit');
const fit = program.command('fit').option('--max-epochs <n>').option('--n-groups <n>').option('--json').option('--jobs <n>');
const unknown = (flag: string): string => `error: unknown option '${flag}'\n`;

describe('withFlagMeant', () => {
  it.each([
    ['--epochz', '(Did you mean --max-epochs?)\n'],
    ['--max-epoch=3', '(Did you mean --max-epochs?)\n'],
    ['--number-of-groups', '(Did you mean --n-groups?)\n'],
    ['--doses', ''],
  ])('%s', (flag, meant) => {
    expect(withFlagMeant(unknown(flag), fit)).toBe(`${unknown(flag)}${meant}  fix: ptychokit fit --help lists the flags\n`);
  });

  it('says where the commands stand', () => {
    expect(withFlagMeant("error: unknown command 'bla'\n", program)).toBe(
      "error: unknown command 'bla'\n  fix: ptychokit --help lists the commands\n",
    );
  });

  it('adds nothing to what is answered already', () => {
    for (const text of [`${unknown('--jsno')}(Did you mean --json?)\n`, "error: missing required argument 'scan'\n"])
      expect(withFlagMeant(text, fit)).toBe(text);
  });
});
