import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { WayFailed } from './setup-error.mjs';

/** Full path of a program on the search path; undefined if it is not there. */
export function findProgram(name, env = process.env) {
  const folders = isAbsolute(name) ? [''] : (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

function findCompiler(env) {
  return [env.CXX || 'g++', 'g++', 'c++', 'clang++'].map((name) => findProgram(name, env)).find((path) => path !== undefined);
}

function whatPythonLacks(python, env) {
  const asked = spawnSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 8)); import pip'], { env, encoding: 'utf8' });
  if (!asked.stdout?.startsWith('True')) return { what: 'python3 (3.8 or newer)', packages: ['python3'] };
  return asked.status === 0 ? undefined : { what: 'pip (python3 -m pip)', packages: ['python3-pip'] };
}

function gypHeaders(env) {
  const folder = join(env.XDG_CACHE_HOME ?? join(env.HOME ?? '/', '.cache'), 'node-gyp');
  return existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'include', 'node')) : [];
}

function findNodeHeaders(root, env) {
  const places = [
    ...(env.npm_config_nodedir ? [join(env.npm_config_nodedir, 'include', 'node')] : []),
    join(dirname(dirname(process.execPath)), 'include', 'node'),
    join(root, 'node_modules', 'node-api-headers', 'include'),
    '/usr/include/node',
    '/usr/local/include/node',
    ...gypHeaders(env),
  ];
  return places.find((folder) => existsSync(join(folder, 'node_api.h')));
}

/**
 * Finds what a way needs: `needs` is any of `compiler`, `headers`, `python`.
 * Throws {@link WayFailed} that names everything missing at once, with the Debian packages that bring it.
 */
export function requireTools(needs, { root, env }) {
  const tools = {};
  const missing = [];
  const packages = [];
  const lack = (what, names) => {
    missing.push(what);
    packages.push(...names);
  };
  if (needs.includes('compiler')) {
    tools.compiler = findCompiler(env);
    if (tools.compiler === undefined) lack('g++ (a C++17 compiler)', ['g++']);
  }
  if (needs.includes('headers')) {
    tools.headers = findNodeHeaders(root, env);
    if (tools.headers === undefined) lack('the headers of Node (node_api.h; npm_config_nodedir=<dir> names their place)', ['libnode-dev']);
  }
  if (needs.includes('python')) {
    tools.python = findProgram('python3', env);
    const lacking =
      tools.python === undefined ? { what: 'python3', packages: ['python3', 'python3-pip'] } : whatPythonLacks(tools.python, env);
    if (lacking !== undefined) lack(lacking.what, lacking.packages);
  }
  if (missing.length > 0) throw new WayFailed(`needs ${missing.join(', ')}`, { missing, packages });
  return tools;
}
