import { PtychoError } from '@ptychokit/config';
import type { ProcessIdentity } from './process-identity.js';

/** Another process is at work in a directory; `holder` says which. */
export class LockedError extends PtychoError {
  readonly code = 'LOCKED';
  readonly holder: ProcessIdentity;

  constructor(path: string, holder: ProcessIdentity) {
    super(`Another process is at work in this directory: process ${holder.pid} on ${holder.host}`, {
      where: path,
      fix: 'wait until it has ended, add --wait to wait here, or give another directory',
    });
    this.holder = holder;
  }
}
