import { createRequire } from 'node:module';
import type { DependencyContainer } from 'tsyringe';

/** An empty container of tsyringe, which is loaded with the first one. */
export function newContainer(): DependencyContainer {
  const require = createRequire(import.meta.url);
  require('reflect-metadata'); // first: tsyringe refuses to load without it
  const { container } = require('tsyringe') as typeof import('tsyringe');
  return container.createChildContainer();
}
