import type { FieldDescription } from '@ptychokit/config';
import { type Command, Option } from 'commander';
import { flagOf } from './flag-of.js';

/** A configuration field offered as a flag. */
export interface FieldOption {
  readonly field: FieldDescription;
  /** Without dashes. */
  readonly flag: string;
}

/** The fields of a configuration that are plain values, as flags; fields in `skip` (dotted paths) are left out. */
export function fieldOptions(fields: readonly FieldDescription[], skip: readonly string[] = []): FieldOption[] {
  return fields.filter(({ path }) => !path.includes('[]') && !skip.includes(path)).map((field) => ({ field, flag: flagOf(field.path) }));
}

/** Heading of flags in the help, and whether their fields may also come from a configuration file. */
export interface FieldOptionGroup {
  readonly group: string;
  readonly fromFile: boolean;
}

/** Declares flags on a command under one heading of its help. No default is declared: what is not given stays with the configuration. */
export function addFieldOptions(command: Command, options: readonly FieldOption[], { group, fromFile }: FieldOptionGroup): Command {
  for (const { field, flag } of options) {
    if (isSwitch(field)) {
      command.addOption(new Option(`--${flag}`, sentence(field)).helpGroup(group));
      // What is off by default can only have been switched on by a file.
      if (fromFile || field.default === true) command.addOption(new Option(`--no-${flag}`).hideHelp());
    } else {
      command.addOption(valueOption(field, flag).helpGroup(group));
    }
  }
  return command;
}

/** Choices are shown in the help and completed by shells; whether a value is one of them is for the configuration to say. */
function valueOption(field: FieldDescription, flag: string): Option {
  const option = new Option(`--${flag} <${valueName(field)}>`, sentence(field));
  if (field.choices !== undefined) option.argChoices = field.choices.map(String);
  return option;
}

/** What was given on the command line, as overrides with dotted keys for the loader of the configuration. */
export function overridesFrom(values: Readonly<Record<string, unknown>>, options: readonly FieldOption[]): Record<string, unknown> {
  const overrides: Record<string, unknown> = {};
  for (const { field, flag } of options) {
    const value = values[flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
    if (value !== undefined) overrides[field.path] = typeof value === 'string' ? parsedValue(value, field) : value;
  }
  return overrides;
}

/** True when the flag is given without a value. */
export function isSwitch(field: FieldDescription): boolean {
  return field.type === 'true or false';
}

/** Text that is no value of the field stays text: the configuration then says what is wrong, together with all else that is. */
function parsedValue(text: string, field: FieldDescription): unknown {
  const choice = field.choices?.find((candidate) => String(candidate) === text);
  if (choice !== undefined) return choice;
  if (field.type.includes('null') && (text === 'null' || text === 'none')) return null;
  const isNumber = /integer|number/.test(field.type) || typeof field.choices?.[0] === 'number';
  return isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function valueName({ path, type, choices }: FieldDescription): string {
  if (choices) return typeof choices[0] === 'number' ? 'integer' : 'name';
  if (type.startsWith('integer')) return 'integer';
  if (type.startsWith('number')) return 'number';
  return /(File|Dir|Path)$/.test(path) ? 'path' : 'text';
}

function sentence(field: FieldDescription): string {
  const unit = field.unit === undefined ? [] : [field.unit];
  const value = field.default === undefined || field.default === null ? [] : [`default ${shown(field.default)}`];
  const notes = [...unit, ...value];
  return notes.length === 0 ? field.doc : `${field.doc} (${notes.join('; ')})`;
}

const shown = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
