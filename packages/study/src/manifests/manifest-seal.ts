import { configDigest } from '@ptychokit/config';
import { SEAL_KEY } from './manifest-kind.js';

/** A document as it was read, taken apart. */
export interface Unsealed {
  /** Everything but the seal. */
  readonly content: Record<string, unknown>;
  /** What stands in the seal; undefined when there is none. */
  readonly recorded: unknown;
  /** What would have to stand there. */
  readonly computed: string;
}

/** Appends the digest of a document to it: SHA256 over its canonical JSON (RFC 8785), whatever the order of its keys or its white space. */
export function seal<T extends object>(content: T): T & { readonly [SEAL_KEY]: string } {
  return { ...content, [SEAL_KEY]: configDigest(content) };
}

/** Takes the seal off a document; it is intact when `recorded` equals `computed`. */
export function unseal(document: Readonly<Record<string, unknown>>): Unsealed {
  const { [SEAL_KEY]: recorded, ...content } = document;
  return { content, recorded, computed: configDigest(content) };
}
