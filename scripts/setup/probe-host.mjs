import http from 'node:http';
import https from 'node:https';

/** The proxy that the package's own install script would use. */
export function proxyOf(env) {
  return env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy || undefined;
}

function requestOf(target, proxy) {
  if (proxy === undefined) {
    const client = target.protocol === 'https:' ? https : http;
    return client.request(target.origin, { method: 'HEAD', agent: false });
  }
  const { protocol, hostname, port } = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  const client = protocol === 'https:' ? https : http;
  const path = `${target.hostname}:${target.port || (target.protocol === 'https:' ? 443 : 80)}`;
  return client.request({ host: hostname, port: port || undefined, method: 'CONNECT', path, agent: false });
}

/**
 * Asks the host of `url` for a sign of life: undefined if it answers anything, else the reason as text.
 * It takes `timeout_ms` at most, name resolution included.
 */
export async function whyUnreachable(url, { env = process.env, timeout_ms = 4000 } = {}) {
  let target;
  let request;
  const proxy = proxyOf(env);
  try {
    target = new URL(url);
    request = requestOf(target, proxy);
  } catch (error) {
    return `not an address: ${error.message}`;
  }
  const where = proxy === undefined ? target.host : `${target.host} through the proxy`;
  const reason = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`no answer within ${timeout_ms / 1000} s`), timeout_ms);
    const answer = (text) => {
      clearTimeout(timer);
      resolve(text);
    };
    request.on('response', () => answer(undefined));
    request.on('connect', ({ statusCode }) => answer(statusCode === 200 ? undefined : `refused with status ${statusCode}`));
    request.on('error', (error) => answer(error.code ?? error.message));
    request.end();
  });
  request.destroy();
  return reason === undefined ? undefined : `${where}: ${reason}`;
}
