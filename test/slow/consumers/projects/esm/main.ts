import { rmSync } from 'node:fs';
import { mse, type RealImage } from '@ptychokit/metrics';
import { siemensMap } from '@ptychokit/physics';
import { executeTrainingJob } from '@ptychokit/study';
import { bridgeFactory, raw, request, trainer, writeBundle } from './scan.js';

const image = (...values: readonly number[]): RealImage => ({ shape: [1, values.length], data: Float64Array.from(values) });
const given = request();
const { status, error } = await executeTrainingJob(given, { bridgeFactory, trainer, writeBundle });
rmSync(given.job.artifactDir, { recursive: true });
const star = siemensMap({ height: 8, width: 8, spokes: 4 });
console.log(JSON.stringify({ status, error, frames: raw.frameCount, mse: mse(image(1, 2), image(1, 4)), star: star.data.length }));
