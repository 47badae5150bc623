import { OutputError } from './errors.js';

const REASONS: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOSPC: ['The disk is full', 'free some space, or give another --output-dir; the same command then goes on from the last checkpoint'],
  EDQUOT: ['The disk quota is used up', 'free some space, or give another --output-dir'],
  EACCES: ['No permission to write', 'change the permissions, or give another --output-dir'],
  EPERM: ['Writing is not permitted', 'change the permissions, or give another --output-dir'],
  EROFS: ['The file system is read-only', 'give an --output-dir on a writable file system'],
  ENOTDIR: ['A file stands where a directory is needed', 'remove the file, or give another --output-dir'],
  EEXIST: ['A file stands where a directory is needed', 'remove the file, or give another --output-dir'],
  EISDIR: ['A directory stands where a file is to be written', 'remove the directory, or give another --output-dir'],
  ENAMETOOLONG: ['The path is too long', 'give a shorter --output-dir'],
  EMFILE: ['Too many files are open', 'raise the limit with ulimit -n'],
  EIO: ['The disk reports an input/output error', 'check the disk'],
};

/** True for an error the operating system gave while files were handled. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error;
}

/** What the operating system said about writing at `path`, as a typed error; an error that is not from the operating system passes unchanged. */
export function asOutputError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const systemCode = error.code as string;
  const [what, fix] = REASONS[systemCode] ?? [`Writing failed (${systemCode})`, 'check the path and the disk'];
  return new OutputError(what, { path: error.path ?? path, fix, systemCode, cause: error });
}
