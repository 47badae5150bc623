// Runs

// Records and files
export { writeFileAtomically, writeJsonAtomically } from './atomic-write.js';
// Command line
export type { CliIo } from './cli/cli-io.js';
export { EXIT } from './cli/exit-code.js';
export { type RunCliOptions, runCli } from './cli/main.js';
// Phase G
export { type BuildCellsRequest, buildCells, type ComparisonRoots } from './compare/build-cells.js';
export { type CellObjects, OBJECTS_NAME, readCellObjects } from './compare/cell-objects.js';
export { type CompareRequest, type CompareResult, compareStudy } from './compare/compare-study.js';
export { type CellOutcome, type ComparedMethod, type ComparisonCell, cellLabel } from './compare/comparison-cell.js';
export { comparisonPhase } from './compare/comparison-phase.js';
export { type ComparisonRow, comparisonRows, METRIC_NAMES } from './compare/comparison-tables.js';
export { createStudyContainer, type RunOptions, type RunServices, runServices, type StudyContainerOptions } from './compose.js';
export { configForScan } from './config-for-scan.js';
export { type DemoRequest, type DemoResult, runDemo } from './demo.js';
// Errors
export { EvidenceError, InterruptedError, OutputError, ReproducibilityError, UsageError } from './errors.js';
// Phases of a study
export { type ArchiveRequest, type ArchiveResult, archiveEvidence } from './evidence/archive-evidence.js';
export { type VerifyFinding, type VerifyOptions, type VerifyReport, verifyEvidence } from './evidence/verify-evidence.js';
export { type ExportedProduct, type ExportProductOptions, exportPtychodusProduct } from './export-product.js';
export { digestFile, type FileDigest } from './file-digest.js';
export { type FitScanRequest, type FitScanResult, fitScan } from './fit-scan.js';
export { type BaseScan, readBaseScan } from './generate/base-scan.js';
export type { DoseJob } from './generate/dose-job.js';
export { type GenerateRequest, type GenerateResult, generateData } from './generate/generate-data.js';
export { type GenerateStage, type GenerateStages, productionStages, type StageContext } from './generate/generate-stages.js';
export { runDose } from './generate/run-dose.js';
export { type SplitFrames, splitFrames } from './generate/split-frames.js';
export type { HostFacts } from './host-facts.js';
export { type InferScanRequest, type InferScanResult, inferScan } from './infer-scan.js';
export { inferenceConfigFor } from './inference-config-for.js';
// Training jobs (phase E)
export { type BuildTrainingJobsRequest, buildTrainingJobs, type TrainingJobs } from './jobs/build-training-jobs.js';
export { executeTrainingJob } from './jobs/execute-training-job.js';
export { filterJobs, type JobFilters } from './jobs/filter-jobs.js';
export { jobConfig } from './jobs/job-config.js';
export { jobLabel } from './jobs/job-label.js';
export { type RunTrainingJobOptions, runTrainingJob, type TrainingJobRunner } from './jobs/run-training-job.js';
export type {
  EpochSummary,
  ModelChoice,
  ModelKind,
  TrainingJob,
  TrainingJobRequest,
  TrainingJobResult,
  TrainingJobStatus,
} from './jobs/training-job.js';
export { trainingPhase } from './jobs/training-phase.js';
// Locks
export { type DirectoryLock, type LockOptions, lockDirectory } from './locks/directory-lock.js';
export { LockedError } from './locks/locked-error.js';
export { JOB_RECORD_NAME, type JobRecord, jobRecordKind } from './manifests/job-record-kind.js';
// Manifests
export { ManifestError, type ManifestFault } from './manifests/manifest-error.js';
export { parseManifest, readManifest, writeManifest } from './manifests/manifest-file.js';
export {
  type ArtifactClaim,
  defineManifest,
  type ManifestDefinition,
  type ManifestKind,
  type ManifestOf,
  manifestJsonSchema,
} from './manifests/manifest-kind.js';
export { MANIFEST_KINDS, manifestKindOf } from './manifests/manifest-kinds.js';
export { METRICS_BUNDLE_NAME, type MetricsBundle, metricsBundleKind } from './manifests/metrics-bundle.js';
export {
  RECONSTRUCTION_MANIFEST_NAME,
  RECONSTRUCTION_RECORD_NAME,
  type ReconstructionManifest,
  type ReconstructionRecord,
  reconstructionManifestKind,
  reconstructionRecordKind,
} from './manifests/reconstruction-manifest.js';
export { commonDirectory, type RecordedPathOptions, recordedPath, resolveRecorded } from './manifests/recorded-path.js';
export { RUN_MANIFEST_NAME, type RunManifest, runManifestKind } from './manifests/run-manifest.js';
export { runRecordKind } from './manifests/run-record-kind.js';
export { schemaFiles } from './manifests/schema-files.js';
export { SKIP_SUMMARY_NAME, type SkippedView, type SkipSummary, skipSummaryKind } from './manifests/skip-summary.js';
export { type SplitMetrics, splitMetricsKind } from './manifests/split-metrics.js';
// Whole studies
export { type StudyManifest, type StudyManifestPhase, studyManifestKind } from './manifests/study-manifest.js';
export { TRAINING_MANIFEST_NAME, type TrainingManifest, trainingManifestKind } from './manifests/training-manifest.js';
export type { ViewFilters } from './overlap/build-view-jobs.js';
export { type OverlapRequest, type OverlapResult, overlapViews } from './overlap/overlap-views.js';
export { type SpacedPositions, selectBySpacing } from './overlap/select-by-spacing.js';
export type { ViewJob, ViewOutcome } from './overlap/view-job.js';
export { type FitPlan, planFit } from './plan-fit.js';
export { type InferPlan, planInfer } from './plan-infer.js';
export {
  type BuildReconstructionJobsRequest,
  buildReconstructionJobs,
  filterReconstructionJobs,
  type ReconstructionFilters,
  type ReconstructionJobs,
} from './reconstruct/build-reconstruction-jobs.js';
export {
  planReconstructions,
  type ReconstructMatrixRequest,
  type ReconstructMatrixResult,
  reconstructMatrix,
} from './reconstruct/reconstruct-matrix.js';
export { type ReconstructionJob, type ReconstructionResult, reconstructionLabel } from './reconstruct/reconstruction-job.js';
export { reconstructionPhase } from './reconstruct/reconstruction-phase.js';
export { type RunReconstructionOptions, runReconstructionJob } from './reconstruct/run-reconstruction-job.js';
export { type ReconstructRequest, reconstructScan } from './reconstruct-scan.js';
// Figures
export type { ColourMap } from './report/figures/colour-maps.js';
export { type DisplayRange, type DisplayRangeOptions, percentileRange } from './report/figures/display-range.js';
export { type ImageFigureOptions, imageFigure } from './report/figures/image-figure.js';
export { type LossFigureOptions, type LossPoint, lossFigure } from './report/figures/loss-figure.js';
export {
  amplitudeFigure,
  type ObjectFigureOptions,
  type Pictured,
  phaseFigure,
  relativePhase,
  toPng,
} from './report/figures/object-figures.js';
export { toDataUrl } from './report/figures/png-data-url.js';
export type { Figure } from './report/figures/render-figure.js';
export { FIGURES_NAME, REPORT_NAME } from './report/report-name.js';
export { type ReportRequest, type WrittenReport, writeReport } from './report/write-report.js';
export type { JobState, RunEvent, RunObserver } from './run-event.js';
export { type DataFacts, type EngineFacts, type HistorySummary, RUN_RECORD_NAME, type RunRecord } from './run-record.js';
// Runners
export { automaticRunner } from './runners/automatic.js';
export { inProcessRunner } from './runners/in-process.js';
export type { JobOutcome, JobPhase, StudyJob } from './runners/job-phase.js';
export { type JobRunner, RUNNER_NAMES, type RunnerName } from './runners/job-runner.js';
export { type PoolSize, type PoolSizeOptions, poolSize } from './runners/process-pool/pool-size.js';
export { type ProcessPoolOptions, processPoolRunner } from './runners/process-pool/process-pool.js';
export { runUnfinished } from './runners/run-unfinished.js';
export { batchScript } from './runners/slurm/batch-script.js';
export { SlurmError } from './runners/slurm/slurm-error.js';
export type { SlurmOptions } from './runners/slurm/slurm-options.js';
export { slurmRunner } from './runners/slurm/slurm-runner.js';
export { parseTaskStates, type TaskState, taskFate } from './runners/slurm/task-states.js';
export { type SimulatedScanFile, type SimulateOptions, simulateScanFile } from './simulation/simulate-scan-file.js';
export type { SimulationRequest } from './simulation/simulation-request.js';
export { planSolve, type SolvePlan } from './solve/plan-solve.js';
export { type SolveScanRequest, type SolveScanResult, solveScan } from './solve/solve-scan.js';
export { runStudy, type StudyRequest, type StudyResult } from './study/run-study.js';
export type { PhaseJob, PhaseJobStatus, PhaseOutcome, StudyPhase, StudyUnderWay } from './study/study-phase.js';
export { COMPARISON_PHASES, STUDY_PHASES } from './study/study-phases.js';
export { STUDY_MANIFEST_NAME, type StudyRoots, studyRoots } from './study/study-roots.js';
// Design and layout of a study
export {
  type DosePaths,
  doseDirName,
  doseLabel,
  doseOfDirName,
  dosePaths,
  SPLITS,
  type Split,
  type TrainingPaths,
  trainingPaths,
  type ViewPaths,
  type ViewPlace,
  viewPaths,
} from './study-layout.js';
export { designText, STUDY_PROFILES, type StudyDesignSource, type StudyProfile, studyDesignFrom } from './study-profile.js';
export { GENERATE_STAGES } from './tokens.js';
export { planMatrix, type TrainMatrixRequest, type TrainMatrixResult, trainMatrix } from './train-matrix.js';
export { RECONSTRUCTION_FILES, type ReconstructionFiles, writeReconstruction } from './write-reconstruction.js';
