// Runs
export type { BatchingName } from './batching/batching.js';
export { uniformBatches } from './batching/uniform.js';
// Engines, for programs that drive their own loop
export { createEngine } from './engines/create-engine.js';
export type { Displacements, EngineName, Estimate, IterativeEngine, Update, UpdateContext } from './engines/engine.js';
export { type LsqmlSettings, lsqmlEngine } from './engines/lsqml.js';
export { type PieSettings, pieEngine } from './engines/pie.js';
export type { FrameBatch } from './engines/propagate.js';
// Errors
export { EngineRequiredError, SolveCheckpointError, SolveDataError, SolveDivergenceError } from './errors.js';
export { type ObjectWindows, objectWindows } from './geometry/object-windows.js';
export type { Placements } from './geometry/placements.js';
export { type ComplexKernels, complexKernels } from './kernels/complex-kernels.js';
export { fromComplexTensor, toComplexTensor } from './kernels/complex-transfer.js';
export type { SolveRequest } from './run/prepare.js';
export type { Reconstruction } from './run/reconstruction.js';
export type { SolveSettings } from './run/settings.js';
export { type SolveOutcome, solve } from './run/solve.js';
export type { SolveEnd, SolveEpoch, SolveEvent } from './run/solve-event.js';
export type { StartingObject } from './run/starting-object.js';
