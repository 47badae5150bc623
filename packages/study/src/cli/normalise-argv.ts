/** Other spellings of flags, from names users know to the flag that is declared; without dashes. */
export const FLAG_ALIASES: Readonly<Record<string, string>> = {
  nepochs: 'max-epochs',
  epochs: 'max-epochs',
  schedule: 'scheduler',
  'n-images': 'n-groups',
  'neighbour-count': 'neighbor-count',
  'test-data-file': 'test-data',
  'train-data-file': 'train-data',
  'disable-checkpointing': 'no-enable-checkpointing',
  'no-checkpointing': 'no-enable-checkpointing',
  photons: 'nphotons',
};

/**
 * Brings the long flags of a command line to one spelling: `--max_epochs=3` becomes `--max-epochs=3`, `--nepochs` becomes `--max-epochs`.
 * Values are left alone, and so is everything after `--`.
 */
export function normaliseArgv(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, i) => (end !== -1 && i >= end ? argument : normaliseFlag(argument)));
}

function normaliseFlag(argument: string): string {
  const match = /^--([A-Za-z][\w-]*)(=.*)?$/s.exec(argument);
  if (!match) return argument;
  const [, name = '', value = ''] = match;
  const kebab = name.replaceAll('_', '-');
  return `--${FLAG_ALIASES[kebab] ?? kebab}${value}`;
}
