import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface Way {
  build(temporary: string, context: object): Promise<string>;
}
interface WayStock {
  downloadAddress(folder: string, env: Record<string, string>): string | undefined;
  readonly stockWay: Way;
}
const { downloadAddress, stockWay } = await loadScript<WayStock>('way-stock.mjs');

const LICENCE = '/**\n * See http://licence.example/text\n */\n';
const SUCCEEDS = `const fs = require('fs');
fs.mkdirSync('deps/lib', { recursive: true });
fs.writeFileSync('deps/lib/libtensorflow.so.2', 'library');
fs.mkdirSync('lib');
fs.writeFileSync('lib/binding.node', require('dependency'));`;

let root: string;
let temporary: string;
const engine = () => ({ folder: join(root, 'node_modules', 'engine'), version: '1.0.0', napi: 8, addon: join('lib', 'binding.node') });
const report = { verbose: false, note() {}, timed: (_: string, work: () => unknown) => work() };

function installScript(code: string): void {
  writeFileSync(join(engine().folder, 'scripts', 'install.js'), `${LICENCE}const host = 'https://downloads.example/';\n${code}`);
}

function build(storage: string): Promise<string> {
  return stockWay.build(temporary, { root, engine: engine(), env: { ...process.env, TFJS_NODE_CDN_STORAGE: storage }, report });
}

async function reachableHost(): Promise<string> {
  const server = http.createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

beforeEach(() => {
  root = scratchFolder();
  temporary = join(root, 'temporary');
  for (const folder of [
    temporary,
    join(engine().folder, 'scripts'),
    join(engine().folder, 'deps'),
    join(root, 'node_modules', 'dependency'),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(join(root, 'node_modules', 'dependency', 'index.js'), `module.exports = 'addon'`);
  writeFileSync(join(engine().folder, 'package.json'), '{}');
  writeFileSync(join(engine().folder, 'deps', 'stale'), '');
});

describe('downloadAddress', () => {
  it.each([
    { env: {}, address: 'https://downloads.example/' },
    { env: { TFJS_NODE_CDN_STORAGE: 'http://mirror.example/' }, address: 'http://mirror.example/' },
    { env: { TFJS_NODE_CDN_STORAGE: 'http://a/', TFJS_NODE_BASE_URI: 'http://b/' }, address: 'http://b/' },
  ])('is $address for $env', ({ env, address }) => {
    installScript('');
    expect(downloadAddress(engine().folder, env as Record<string, string>)).toBe(address);
  });
});

describe('stockWay', () => {
  it("runs the package's own script on a copy and takes what that made", async () => {
    installScript(SUCCEEDS);
    const entry = await build(await reachableHost());
    expect(readFileSync(join(entry, 'deps', 'lib', 'libtensorflow.so.2'), 'utf8')).toBe('library');
    expect(readFileSync(join(entry, 'lib', 'binding.node'), 'utf8')).toBe('addon');
    expect(readdirSync(join(engine().folder, 'deps'))).toEqual(['stale']);
    expect(existsSync(join(engine().folder, 'lib'))).toBe(false);
  });

  it('does not start the script when its host cannot be reached', async () => {
    installScript(SUCCEEDS);
    await expect(build('http://127.0.0.1:9/')).rejects.toThrow(/download host cannot be reached \(127\.0\.0\.1:9: ECONNREFUSED\)/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('shows what a script said that failed', async () => {
    installScript(`console.log('status 404'); process.exit(1)`);
    const failure = build(await reachableHost());
    await expect(failure).rejects.toMatchObject({
      name: 'WayFailed',
      message: 'its script ended without an engine',
      output: 'status 404\n',
    });
  });
});
