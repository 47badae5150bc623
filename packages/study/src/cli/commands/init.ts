import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { STUDY_PROFILES, type StudyProfile } from '../../study-profile.js';
import type { CommandContext, CommonFlags } from '../command-context.js';
import { jsonText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit init
  $ ptychokit init my-study --profile quick
  $ ptychokit study --design my-study/study.yaml --output-dir my-study/out`;

const DESIGN_NAME = 'study.yaml';
const SCHEMA_NAME = 'study_design.schema.json';

interface InitFlags extends CommonFlags {
  readonly profile: StudyProfile;
  readonly force?: boolean;
}

/** Declares `ptychokit init`. */
export function addInitCommand(program: Command, context: CommandContext): Command {
  return program
    .command('init')
    .summary('write a commented study design to start from')
    .description('Writes a study design with every field explained, and the JSON Schema by which editors complete and check it.')
    .argument('[folder]', 'where to write; made if need be', '.')
    .addOption(new Option('--profile <name>', 'study to start from').choices([...STUDY_PROFILES]).default('standard'))
    .option('--force', `replaces a ${DESIGN_NAME} that is there`)
    .option('--json', 'prints the paths that were written as JSON')
    .addHelpText('after', EXAMPLES)
    .action((folder: string, flags: InitFlags) => runInit(context, folder, flags));
}

async function runInit({ io }: CommandContext, folder: string, { profile, force, json }: InitFlags): Promise<void> {
  const design = join(folder, DESIGN_NAME);
  const schema = join(folder, SCHEMA_NAME);
  if (force !== true && existsSync(design)) {
    throw new UsageError('There is a study design already', { where: design, fix: 'give another folder, or --force to replace it' });
  }
  const { createOutputDir } = await import('../../output-dir.js');
  const { writeFileAtomically } = await import('../../atomic-write.js');
  const { designText, studyDesignFrom } = await import('../../study-profile.js');
  const { schemaFiles } = await import('../../manifests/schema-files.js');
  await createOutputDir(folder);
  await writeFileAtomically(schema, schemaFiles()[SCHEMA_NAME] as string);
  await writeFileAtomically(design, `# yaml-language-server: $schema=${SCHEMA_NAME}\n${designText(studyDesignFrom({ profile }))}`);
  io.out(json === true ? jsonText({ design, schema }) : initText({ design, schema, folder }));
}

const initText = (paths: Readonly<Record<'design' | 'schema' | 'folder', string>>): string =>
  `design  ${paths.design}
schema  ${paths.schema}

Edit the design, then:
  ptychokit study --design ${paths.design} --output-dir ${join(paths.folder, 'out')}
`;
