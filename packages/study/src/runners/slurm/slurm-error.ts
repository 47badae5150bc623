import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** Slurm cannot be asked, or refuses; `command` is what was run. */
export class SlurmError extends PtychoError {
  readonly code = 'SLURM';
  readonly command: string;

  constructor(what: string, details: PtychoErrorDetails & { readonly command: string }) {
    super(what, { where: details.command, ...details });
    this.command = details.command;
  }
}
