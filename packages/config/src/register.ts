import type { DependencyContainer, Lifecycle } from 'tsyringe';
import { systemClock } from './clock.js';
import { LegacyParams } from './legacy-params.js';
import { CLOCK, LEGACY_PARAMS } from './tokens.js';

// The value rather than the enumeration: importing tsyringe here would make every importer load reflect-metadata.
const CONTAINER_SCOPED: Lifecycle.ContainerScoped = 3;

/** Registers what this package provides: a clock, and one {@link LegacyParams} for each (child) container. */
export function registerConfig(container: DependencyContainer): void {
  container.register(CLOCK, { useValue: systemClock });
  container.register(LEGACY_PARAMS, { useClass: LegacyParams }, { lifecycle: CONTAINER_SCOPED });
}
