import type { StudyDesign } from '@ptychokit/config';
import { trainingOf } from '../jobs/build-training-jobs.js';
import { jobConfig } from '../jobs/job-config.js';
import { completeSimulation } from '../simulation/simulation-request.js';
import { baseScanRequest } from './base-scan-request.js';

/**
 * Finds what is wrong with the parts of a design that belong to other configurations, before hours are spent on its first phases.
 *
 * @throws ConfigError every problem of the base scan, or of the training of a view
 */
export function checkDesign(design: StudyDesign): void {
  completeSimulation(baseScanRequest(design));
  const dose = design.doses[0] as number;
  for (const view of design.views) {
    const places = { trainDataPath: 'train.npz', testDataPath: 'test.npz', artifactDir: 'models', logPath: 'train.log' };
    jobConfig({ dose, view: view.name, gridsize: view.gridsize, ...places, training: trainingOf(design, view) });
  }
}
