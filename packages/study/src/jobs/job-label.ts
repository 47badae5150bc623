import { doseLabel } from '../study-layout.js';
import type { TrainingJob } from './training-job.js';

/** How a job is called in lines of output: `dense/dose=1e+03`, and `dense/dose=1e+03/supervised` for a network that is not the usual one. */
export const jobLabel = ({ view, dose, model = 'pinn' }: Pick<TrainingJob, 'view' | 'dose' | 'model'>): string =>
  `${view}/dose=${doseLabel(dose)}${model === 'pinn' ? '' : `/${model}`}`;
