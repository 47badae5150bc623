import { closestName } from '@ptychokit/config';
import type { Command } from 'commander';
import { FLAG_ALIASES } from './normalise-argv.js';

const UNKNOWN_COMMAND = /^(error: unknown command '.*'\n)$/;
const UNKNOWN = /^error: unknown option '--([^'=]+)[^']*'\n$/;

/** What commander says about a flag or command that is like none it knows, with the one that was probably meant and where all stand. */
export function withFlagMeant(text: string, command: Command): string {
  const [, unknown] = UNKNOWN.exec(text) ?? [];
  if (unknown === undefined) return text.replace(UNKNOWN_COMMAND, `$1  fix: ${command.name()} --help lists the commands\n`);
  const flags = command.options.flatMap(({ long, hidden }) => (long == null || hidden ? [] : long.slice(2)));
  const meant = flagMeant(unknown, flags);
  const help = `  fix: ${command.parent?.name()} ${command.name()} --help lists the flags\n`;
  return `${text}${meant === undefined ? '' : `(Did you mean --${meant}?)\n`}${help}`;
}

/** A flag like the given one, under any of its names, or the only one that has a word of it. */
function flagMeant(given: string, flags: readonly string[]): string | undefined {
  const aliases = Object.entries(FLAG_ALIASES).filter(([, flag]) => flags.includes(flag));
  const near = closestName(given, [...flags, ...aliases.map(([alias]) => alias)]);
  if (near !== undefined) return FLAG_ALIASES[near] !== undefined && !flags.includes(near) ? FLAG_ALIASES[near] : near;
  const words = given.split('-').filter((word) => word.length > 3);
  const sharing = flags.filter((flag) => flag.split('-').some((word) => words.includes(word)));
  return sharing.length === 1 ? sharing[0] : undefined;
}
