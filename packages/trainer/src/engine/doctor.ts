import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import { benchmarkEngine, type EngineBenchmark } from './benchmark.js';
import { type EngineLocation, engineCacheFolder, locateEngine } from './engine-location.js';
import type { EngineOptions } from './engine-settings.js';
import { instructionSets } from './instruction-sets.js';
import { type Engine, loadEngine } from './load-engine.js';
import { probeAddon } from './probe-addon.js';

/** Something that is wrong with this installation, and what to do about it. */
export interface Problem {
  readonly what: string;
  readonly fix: string;
}

/** State of the engine on this machine. */
export interface Diagnosis {
  /** True when the engine loads and nothing is wrong. */
  readonly ok: boolean;
  readonly node: string;
  /** Platform and architecture, for example `"linux x64"`. */
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly instructionSets: readonly string[];
  /** Where the set-up keeps engines of this user. */
  readonly cacheFolder: string;
  readonly location: EngineLocation | undefined;
  readonly engine: Engine | undefined;
  readonly benchmark: EngineBenchmark | undefined;
  readonly problems: readonly Problem[];
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions extends EngineOptions {
  /** Default true: also measure the speed, which takes about a second. */
  readonly benchmark?: boolean | undefined;
  /** Default: the installed engine. */
  readonly locate?: (() => EngineLocation | undefined) | undefined;
}

const SET_UP = 'npm run setup';

function nodeProblems(version: string): readonly Problem[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
  return isSupported ? [] : [{ what: `Node ${version} is not supported`, fix: 'install Node 20.19 or newer, 22.12 or newer, or 24' }];
}

function environmentProblems(env: NodeJS.ProcessEnv): readonly Problem[] {
  if (env.TF_ENABLE_ONEDNN_OPTS !== '0') return [];
  return [{ what: 'TF_ENABLE_ONEDNN_OPTS=0 switches the fast convolutions off', fix: 'unset TF_ENABLE_ONEDNN_OPTS' }];
}

async function locationProblems(location: EngineLocation | undefined): Promise<readonly Problem[]> {
  if (location === undefined) return [{ what: 'the package @tensorflow/tfjs-node is not installed', fix: SET_UP }];
  if (!location.hasAddon) return [{ what: `the native addon is missing: ${location.addonPath}`, fix: SET_UP }];
  const probe = await probeAddon(location.addonPath);
  if (probe.loads) return [];
  const detail = probe.output === '' ? '' : `\n${probe.output.replace(/^/gm, '    ')}`;
  const entry = location.manifest === undefined ? '' : `rm -r ${location.folder} && `;
  return [{ what: `the engine does not load: ${probe.reason}${detail}`, fix: `${entry}${SET_UP}` }];
}

/** Looks at engine, processor and settings; never throws because of what it finds, and works when the engine is missing. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { benchmark = true, locate = locateEngine, ...engineOptions } = options;
  const location = locate();
  const problems = [...nodeProblems(process.versions.node), ...environmentProblems(process.env)];
  const blocking = await locationProblems(location);
  problems.push(...blocking);
  const engine = blocking.length === 0 ? await tryLoading(engineOptions, problems) : undefined;
  for (const warning of engine?.warnings ?? []) problems.push({ what: warning, fix: 'start a new process with the settings you want' });
  return {
    ok: engine !== undefined && problems.length === 0,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    instructionSets: instructionSets(),
    cacheFolder: location?.manifest === undefined ? engineCacheFolder() : dirname(location.folder),
    location,
    engine,
    benchmark: engine !== undefined && benchmark ? benchmarkEngine() : undefined,
    problems,
  };
}

async function tryLoading(options: EngineOptions, problems: Problem[]): Promise<Engine | undefined> {
  try {
    return await loadEngine(options);
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    problems.push({ what: error.what, fix: error.fix ?? SET_UP });
    return undefined;
  }
}
