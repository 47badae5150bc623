import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** The machine a result was made on: what can change numbers or speed, and nothing that identifies a person. */
export interface HostFacts {
  readonly platform: string;
  readonly release: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly node: string;
}

/** Facts about this machine. */
export function hostFacts(): HostFacts {
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_bytes: totalmem(),
    node: process.version,
  };
}
