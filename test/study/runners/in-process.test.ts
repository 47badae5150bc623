import { inProcessRunner } from '@ptychokit/study';
import { testJobRunner } from '../../contract/job-runner.js';

testJobRunner('inProcessRunner', () => inProcessRunner(), { ownProcesses: false, stops_ms: 1_000 });
