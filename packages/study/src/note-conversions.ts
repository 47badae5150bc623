import { basename } from 'node:path';
import type { RawData } from '@ptychokit/memmap-bridge';
import type { RunObserver } from './run-event.js';

/** Says what was renamed, converted or left out when a scan was opened: never silently (DATA-001). */
export function noteConversions(raw: RawData, onEvent: RunObserver): void {
  for (const conversion of raw.conversions) onEvent({ type: 'note', text: `${basename(raw.source)}: ${conversion}` });
}
