import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './run-process.mjs';
import { SetupError } from './setup-error.mjs';

const LIMIT_S = 1800;
const FLAGS = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
/** npm's own patience with a host that does not answer is measured in minutes. */
const PATIENCE = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000', '--fetch-timeout=60000'];

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

const isInstallable = (place) => place.includes('node_modules/');
const mayBeAbsent = (wanted) => wanted.optional || wanted.devOptional || wanted.peer;

/** First difference between the lock file and what npm recorded as installed; undefined if there is none. */
export function whatDiffers(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) return 'package-lock.json cannot be read';
  if (present === undefined) return 'nothing is installed';
  for (const [place, { version, integrity, ...rest }] of Object.entries(wanted).filter(([key]) => isInstallable(key))) {
    const found = present[place];
    if (found === undefined && mayBeAbsent(rest)) continue;
    if (found?.version !== version || (integrity !== undefined && found.integrity !== integrity))
      return `${place} is not the locked version`;
    if (!existsSync(join(root, place, 'package.json'))) return `${place} is missing`;
  }
  return Object.keys(present).find((place) => isInstallable(place) && wanted[place] === undefined);
}

function npmCommand(env) {
  const script = env.npm_execpath;
  return script?.endsWith('.js') && existsSync(script) ? [process.execPath, [script]] : ['npm', []];
}

/** npm says what is wrong first and explains its options after that. */
function firstLines(output) {
  return output.split('\n').slice(0, 15).join('\n');
}

/** Step 1: the packages of the lock file. */
export const dependenciesStep = {
  needed: ({ root }) => whatDiffers(root) !== undefined,
  async run({ root, env, report }) {
    const [command, args] = npmCommand(env);
    rmSync(join(root, 'node_modules', '.package-lock.json'), { force: true });
    const done = await report.timed('installing the dependencies of the lock file (npm ci)', () =>
      runProcess(command, [...args, 'ci', ...FLAGS, ...PATIENCE], {
        cwd: root,
        env: { ...env, NODE_ENV: '' },
        verbose: report.verbose,
        limit_s: LIMIT_S,
      }),
    );
    const difference = done.code === 0 ? whatDiffers(root) : undefined;
    if (done.code === 0 && difference === undefined) return;
    throw new SetupError('The dependencies could not be installed', {
      tried: [`npm ci: ${done.stopped ?? difference ?? `exit ${done.code}`}`],
      fix: done.output.includes('EUSAGE')
        ? 'package.json and package-lock.json disagree (see above): npm install, and commit the lock file'
        : 'check that the npm registry can be reached (npm ping), then: npm run setup',
      output: firstLines(done.output),
    });
  },
};
