import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadScript } from './setup-scripts.js';

type WhyUnreachable = (url: string, options?: { env?: Record<string, string>; timeout_ms?: number }) => Promise<string | undefined>;
const { whyUnreachable } = await loadScript<{ whyUnreachable: WhyUnreachable }>('probe-host.mjs');

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number) => http.createServer((_, response) => response.writeHead(status).end());

function proxyAnswering(status: string): Server {
  return http.createServer().on('connect', (_, socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
}

describe('whyUnreachable', () => {
  it.each([200, 403, 404])('is content with any answer, such as %i', async (status) => {
    expect(await whyUnreachable(await listening(answering(status)), { env: {} })).toBeUndefined();
  });

  it('names a refused connection', async () => {
    expect(await whyUnreachable('http://127.0.0.1:9/', { env: {} })).toMatch(/^127\.0\.0\.1:9: ECONNREFUSED/);
  });

  it('names a host that does not exist', async () => {
    expect(await whyUnreachable('https://no-such-host.invalid/', { env: {} })).toMatch(/^no-such-host\.invalid: /);
  });

  it('does not wait for a host that takes the connection and stays silent', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => {}));
    const begun = performance.now();
    expect(await whyUnreachable(await listening(silent), { env: {}, timeout_ms: 300 })).toMatch(/no answer within 0\.3 s/);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('asks through the proxy where there is one', async () => {
    const open = await listening(proxyAnswering('200 Connection established'));
    const shut = await listening(proxyAnswering('407 Proxy Authentication Required'));
    expect(await whyUnreachable('https://no-such-host.invalid/', { env: { HTTPS_PROXY: open } })).toBeUndefined();
    expect(await whyUnreachable('https://no-such-host.invalid/', { env: { https_proxy: shut } })).toMatch(
      /through the proxy: refused with status 407/,
    );
  });

  it('explains an address that is none', async () => {
    expect(await whyUnreachable('not an address', { env: {} })).toMatch(/not an address/);
  });
});
