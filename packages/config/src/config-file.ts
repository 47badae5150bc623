import { readFileSync } from 'node:fs';
import { PtychoError, type PtychoErrorDetails } from './errors.js';
import { yamlLibrary } from './yaml-library.js';

/** A configuration file that cannot be read or is no YAML or JSON; `path` says which. */
export class ConfigFileError extends PtychoError {
  readonly code = 'CONFIG_FILE';
  readonly path: string;
  readonly reason: 'missing' | 'unreadable' | 'invalid';

  constructor(what: string, details: PtychoErrorDetails & { readonly path: string; readonly reason: ConfigFileError['reason'] }) {
    super(what, details);
    this.path = details.path;
    this.reason = details.reason;
  }
}

/**
 * The mapping of fields in a YAML or JSON file (`.json` is read as JSON, all else as YAML); an empty file holds none.
 *
 * @throws ConfigFileError
 */
export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path);
  let content: unknown;
  try {
    content = path.toLowerCase().endsWith('.json') ? JSON.parse(text) : yamlLibrary().parse(text);
  } catch (cause) {
    const { what, line } = faultOf(cause);
    const details = { path, where: line === undefined ? path : `${path}:${line}`, reason: 'invalid' as const, cause };
    throw new ConfigFileError(`The configuration file is not valid: ${what}`, { ...details, fix: 'correct the syntax at that place' });
  }
  if (content === null || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  const got = Array.isArray(content) ? 'a list' : `a ${typeof content}`;
  throw new ConfigFileError(`The configuration file holds ${got} where a mapping of fields is expected`, {
    ...{ path, where: path, reason: 'invalid' },
    fix: 'write one "field: value" pair per line',
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      const details = { path, where: path, reason: 'missing' as const, cause };
      throw new ConfigFileError('The configuration file does not exist', {
        ...details,
        fix: 'check the path, which is relative to the working directory',
      });
    }
    const details = { path, where: path, reason: 'unreadable' as const, cause };
    const fix = code === 'EISDIR' ? 'give the file itself, not its directory' : 'check the permissions of the file';
    throw new ConfigFileError(`The configuration file cannot be read (${code ?? 'unknown reason'})`, { ...details, fix });
  }
}

function faultOf(cause: unknown): { readonly what: string; readonly line: number | undefined } {
  const what = cause instanceof Error ? (cause.message.split('\n')[0] as string).replace(/:$/, '') : String(cause);
  return { what, line: cause instanceof yamlLibrary().YAMLParseError ? cause.linePos?.[0].line : undefined };
}
