import { join } from 'node:path';
import { type RunOptions, type RunServices, runServices } from './compose.js';
import { hostFacts } from './host-facts.js';
import { writeManifest } from './manifests/manifest-file.js';
import { runRecordKind } from './manifests/run-record-kind.js';
import { packageVersion } from './package-version.js';
import { digestRunFiles, RUN_RECORD_NAME, type RunFacts, type RunFiles, type RunRecord } from './run-record.js';
import { createStageTimer } from './stage-timer.js';

/** A run under way: its services, the time its parts take, and at the end its record. */
export interface RunJournal {
  readonly services: RunServices;
  /** Does one part of the run and notes how long it took. */
  readonly time: <T>(stage: string, work: () => Promise<T>) => Promise<T>;
  /** Digests the files, writes `run.json` as the last file of the run, and returns what stands in it. */
  readonly close: (facts: RunFacts, files: RunFiles) => Promise<{ readonly record: RunRecord; readonly path: string }>;
}

/** Begins the journal of a run. */
export function openRunJournal(command: string, options: RunOptions): RunJournal {
  const services = runServices(options);
  const { clock } = services;
  const started_at = clock.now().toISOString();
  const timer = createStageTimer(clock);
  return {
    services,
    time: (stage, work) => {
      services.profiler?.enter(stage);
      return timer.time(stage, work);
    },
    close: async (facts, files) => {
      const digests = await timer.time('digests', () => digestRunFiles(files));
      const record: RunRecord = {
        schema_version: 1,
        command,
        ptychokit_version: packageVersion(),
        started_at,
        finished_at: clock.now().toISOString(),
        ...facts,
        host: hostFacts(),
        timings_s: timer.seconds,
        ...digests,
      };
      const path = join(files.dir, RUN_RECORD_NAME);
      await writeManifest(path, runRecordKind, record);
      return { record, path };
    },
  };
}
