import { doseLabel } from '../study-layout.js';
import type { TrainingJob } from './training-job.js';

/** How a job is called in lines of output: `dense/dose=1e+03`. */
export const jobLabel = ({ view, dose }: Pick<TrainingJob, 'view' | 'dose'>): string => `${view}/dose=${doseLabel(dose)}`;
