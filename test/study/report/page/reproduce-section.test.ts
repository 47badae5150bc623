import { loadStudyDesign } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../../packages/study/src/cli/program.js';
import type { ComparedCell, ComparisonManifest } from '../../../../packages/study/src/manifests/comparison-manifest.js';
import { cellCommands } from '../../../../packages/study/src/report/page/reproduce-section.js';

const manifest = {
  roots: { data: '../data', views: '../views', models: '/elsewhere/my models', reconstructions: '../reconstructions' },
  design: loadStudyDesign(),
} as unknown as ComparisonManifest;
const cell = {
  ...{ dose: 1e4, view: "a'b", split: 'test', gridsize: 2 },
  result: { methods: [{ method: 'pinn' }, { method: 'supervised' }, { method: 'iterative' }] },
} as unknown as ComparedCell;

describe('cellCommands', () => {
  const commands = cellCommands(cell, { manifest, comparisonName: 'comparison' });

  it('names paths as seen from the directory of the study, quoted for a shell', () => {
    expect(commands).toHaveLength(6);
    expect(commands[2]).toBe(
      `ptychokit train --phase-c-root data --phase-d-root views --artifact-root '/elsewhere/my models' --design design.yaml --dose 10000 --view 'a'\\''b' --gridsize 2 --model pinn`,
    );
    expect(commands[5]).toBe(`ptychokit compare . --output-root comparison --dose 10000 --view 'a'\\''b' --split test`);
  });

  it('uses commands and flags that exist', () => {
    const io = { out: () => undefined, err: () => undefined, errIsTerminal: false, columns: () => 80, env: {}, now: () => 0 };
    const program = buildProgram({ io, exitCode: 0 });
    for (const line of commands) {
      const [, name, ...words] = line.split(' ');
      const command = program.commands.find((one) => one.name() === name);
      const flags = command?.options.map(({ long }) => long);
      for (const word of words.filter((one) => one.startsWith('--'))) expect(flags, line).toContain(word);
      const required = command?.options.filter(({ mandatory }) => mandatory).map(({ long }) => long) ?? [];
      expect(words, line).toEqual(expect.arrayContaining(required));
    }
  });
});
