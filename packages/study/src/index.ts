// Runs

// Records and files
export { writeFileAtomically, writeJsonAtomically } from './atomic-write.js';
// Command line
export type { CliIo } from './cli/cli-io.js';
export { EXIT } from './cli/exit-code.js';
export { type RunCliOptions, runCli } from './cli/main.js';
export { createStudyContainer, type RunOptions, type RunServices, runServices, type StudyContainerOptions } from './compose.js';
export { configForScan } from './config-for-scan.js';
export { type DemoRequest, type DemoResult, runDemo } from './demo.js';
// Errors
export { InterruptedError, OutputError, ReproducibilityError, UsageError } from './errors.js';
export { digestFile, type FileDigest } from './file-digest.js';
export { type FitScanRequest, type FitScanResult, fitScan } from './fit-scan.js';
export type { HostFacts } from './host-facts.js';
export { type InferScanRequest, type InferScanResult, inferScan } from './infer-scan.js';
export { inferenceConfigFor } from './inference-config-for.js';
export { type FitPlan, planFit } from './plan-fit.js';
export { type ReconstructRequest, reconstructScan } from './reconstruct-scan.js';
// Figures
export type { ColourMap } from './report/figures/colour-maps.js';
export { type DisplayRange, type DisplayRangeOptions, percentileRange } from './report/figures/display-range.js';
export { type ImageFigureOptions, imageFigure } from './report/figures/image-figure.js';
export { type LossFigureOptions, type LossPoint, lossFigure } from './report/figures/loss-figure.js';
export { amplitudeFigure, type ObjectFigureOptions, phaseFigure, relativePhase, toPng } from './report/figures/object-figures.js';
export type { Figure } from './report/figures/render-figure.js';
export type { RunEvent, RunObserver } from './run-event.js';
export { type DataFacts, type EngineFacts, type HistorySummary, RUN_RECORD_NAME, type RunRecord } from './run-record.js';
export { type SimulatedScanFile, type SimulateOptions, simulateScanFile } from './simulation/simulate-scan-file.js';
export type { SimulationRequest } from './simulation/simulation-request.js';
export { RECONSTRUCTION_FILES, type ReconstructionFiles, writeReconstruction } from './write-reconstruction.js';
