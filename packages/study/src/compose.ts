import { CLOCK, type Clock, LEGACY_PARAMS, type LegacyParams, newContainer, registerConfig } from '@ptychokit/config';
import type { DependencyContainer } from '@ptychokit/config/di';
import { BRIDGE_FACTORY, type BridgeFactory, registerMemmapBridge } from '@ptychokit/memmap-bridge';
import { BUNDLE_WRITER, type BundleWriter, type Profiler, registerTrainer, TRAINER, type Trainer } from '@ptychokit/trainer';
import { type GenerateStages, productionStages } from './generate/generate-stages.js';
import type { RunObserver } from './run-event.js';
import { GENERATE_STAGES } from './tokens.js';

/** What replaces the production services of a container. */
export interface StudyContainerOptions {
  readonly bridgeFactory?: BridgeFactory | undefined;
  readonly trainer?: Trainer | undefined;
  /** Stores a trained model; default: the archive `wts.h5.zip`. */
  readonly writeBundle?: BundleWriter | undefined;
  readonly clock?: Clock | undefined;
  /** Stages of phase C that stand in for the production ones; the others stay. */
  readonly stages?: Partial<GenerateStages> | undefined;
}

/**
 * The one place where services meet: a container of its own with everything a run needs.
 *
 * Nothing is registered globally, and replacing a service in one container changes no other.
 */
export function createStudyContainer(options: StudyContainerOptions = {}): DependencyContainer {
  const container = newContainer();
  registerConfig(container);
  registerMemmapBridge(container);
  registerTrainer(container);
  container.register(GENERATE_STAGES, { useValue: { ...productionStages, ...options.stages } });
  if (options.bridgeFactory !== undefined) container.register(BRIDGE_FACTORY, { useValue: options.bridgeFactory });
  if (options.trainer !== undefined) container.register(TRAINER, { useValue: options.trainer });
  if (options.writeBundle !== undefined) container.register(BUNDLE_WRITER, { useValue: options.writeBundle });
  if (options.clock !== undefined) container.register(CLOCK, { useValue: options.clock });
  return container;
}

/** Optional last argument of every run: what to use instead of the production services, how to stop it, whom to tell. */
export interface RunOptions extends StudyContainerOptions {
  /** Where services that are not given come from; a fresh {@link createStudyContainer} by default. */
  readonly container?: DependencyContainer | undefined;
  /** Flat parameters of this run; new ones by default (CONFIG-001). */
  readonly params?: LegacyParams | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: RunObserver | undefined;
  /** Measures where the time of the run goes. */
  readonly profiler?: Profiler | undefined;
}

/** The services of one run. `params` belong to this run alone. */
export interface RunServices {
  readonly bridgeFactory: BridgeFactory;
  readonly trainer: Trainer;
  /** Stores a trained model. */
  readonly writeBundle: BundleWriter;
  readonly clock: Clock;
  readonly stages: GenerateStages;
  readonly params: LegacyParams;
  readonly onEvent: RunObserver;
  readonly signal: AbortSignal | undefined;
  readonly profiler: Profiler | undefined;
}

/** Resolves the services of one run in a child container, so that per-run services are never shared. */
export function runServices(options: RunOptions = {}): RunServices {
  const run = (options.container ?? createStudyContainer()).createChildContainer();
  return {
    bridgeFactory: options.bridgeFactory ?? run.resolve(BRIDGE_FACTORY),
    trainer: options.trainer ?? run.resolve(TRAINER),
    writeBundle: options.writeBundle ?? run.resolve(BUNDLE_WRITER),
    clock: options.clock ?? run.resolve(CLOCK),
    stages: { ...run.resolve(GENERATE_STAGES), ...options.stages },
    params: options.params ?? run.resolve(LEGACY_PARAMS),
    onEvent: options.onEvent ?? (() => undefined),
    signal: options.signal,
    profiler: options.profiler,
  };
}
