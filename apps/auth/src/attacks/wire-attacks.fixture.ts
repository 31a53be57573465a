import { adminToken } from '../auth.fixture.ts';
import { type Attack, type Target, asking } from './target.fixture.ts';

const list = '/v1/tenants/acme/connections';
const bearer = `Authorization: Bearer ${adminToken}`;
const head = (first: string, ...lines: readonly string[]): string => `${[first, ...lines].join('\r\n')}\r\n\r\n`;
const hidden = ({ acme }: Target): string => head(`DELETE ${list}/${acme} HTTP/1.1`, 'Host: a', bearer);

/** Bytes of which one server reads one request and another one two. Whatever they are, the second one is never served. */
const smuggled: readonly (readonly [name: string, bytes: (target: Target) => string, status?: number])[] = [
  [
    'a length and chunks',
    (target) =>
      head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Content-Length: 5', 'Transfer-Encoding: chunked') +
      `0\r\n\r\n${hidden(target)}`,
  ],
  [
    'chunks and a length',
    (target) =>
      head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Transfer-Encoding: chunked', 'Content-Length: 5') +
      `0\r\n\r\n${hidden(target)}`,
  ],
  [
    'two lengths',
    (target) =>
      head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Content-Length: 0', 'Content-Length: 500') + hidden(target),
  ],
  [
    'two lengths in one header',
    (target) => head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Content-Length: 0, 500') + hidden(target),
  ],
  [
    'a length with a sign',
    (target) => head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Content-Length: +0') + hidden(target),
  ],
  [
    'an unknown coding',
    (target) => head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Transfer-Encoding: xchunked') + hidden(target),
  ],
  [
    'chunks twice',
    (target) =>
      head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity') +
      `0\r\n\r\n${hidden(target)}`,
  ],
  [
    'a tab before the coding',
    (target) =>
      head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Transfer-Encoding\t: chunked') + `0\r\n\r\n${hidden(target)}`,
  ],
  [
    'a space in a name',
    (target) => head(`POST ${list} HTTP/1.1`, 'Host: a', bearer, 'Content-Length : 5') + hidden(target),
  ],
  ['a folded line', (target) => head(`GET ${list} HTTP/1.1`, 'Host: a', 'X: 1', ` ${bearer}`) + hidden(target)],
  ['a bare line feed', (target) => `GET ${list} HTTP/1.1\nHost: a\n${bearer}\n\n${hidden(target)}`],
  [
    'a chunk of a negative size',
    (target) =>
      head(
        'POST /v1/tenants/acme/connect-links HTTP/1.1',
        'Host: a',
        bearer,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
      ) + `-1\r\n${hidden(target)}`,
  ],
  [
    'a body for GET',
    (target) =>
      head(`GET ${list} HTTP/1.1`, 'Host: a', bearer, `Content-Length: ${String(hidden(target).length)}`) +
      hidden(target),
  ],
  [
    'a body for DELETE',
    (target) =>
      head(
        `DELETE ${list}/${target.acme} HTTP/1.1`,
        'Host: a',
        bearer,
        `Content-Length: ${String(hidden(target).length)}`,
      ) + hidden(target),
  ],
  ['the preface of HTTP/2', (target) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden(target)}`],
  ['HTTP/0.9', (target) => `GET ${list}\r\n${hidden(target)}`],
  [
    'a head of 17 kB',
    (target) => head(`GET ${list} HTTP/1.1`, 'Host: a', `X: ${'x'.repeat(17_000)}`) + hidden(target),
    431,
  ],
];

export const smugglingAttacks: readonly Attack[] = smuggled.map(([name, bytes, status = 400]) => ({
  name: `a request hidden behind ${name}`,
  status,
  aim: (target) => Promise.resolve(() => target.raw(bytes(target))),
  check: ({ text }) => {
    if (/HTTP\/1\.1 \d/.test(text)) throw new Error(`a second answer: ${text}`);
  },
}));

export const headerAttacks: readonly Attack[] = [
  {
    name: 'two hosts',
    status: 400,
    aim: (target) =>
      Promise.resolve(() =>
        target.raw(head(`GET ${list} HTTP/1.1`, 'Host: a', 'Host: b', bearer, 'Connection: close')),
      ),
  },
  {
    name: 'no host',
    status: 400,
    aim: (target) => Promise.resolve(() => target.raw(head(`GET ${list} HTTP/1.1`, bearer, 'Connection: close'))),
  },
  {
    name: 'a hundred and one headers',
    status: 431,
    aim: asking({
      path: list,
      token: adminToken,
      headers: Array.from({ length: 200 }, (_, index) => `x${String(index % 2)}`),
    }),
  },
  {
    name: 'two content types',
    status: 400,
    aim: asking({
      method: 'POST',
      path: '/v1/tenants/acme/connect-links',
      token: adminToken,
      body: '{"userReference":"x"}',
      headers: ['content-type', 'application/json', 'content-type', 'text/plain'],
    }),
  },
  {
    name: 'a compressed body',
    status: 400,
    aim: asking({
      method: 'POST',
      path: '/v1/tenants/acme/connect-links',
      token: adminToken,
      body: '\u001f\u008b\b',
      headers: ['content-encoding', 'gzip'],
    }),
  },
  ...['x-http-method-override', 'x-http-method', 'x-method-override'].map((name): Attack => ({
    name: `another method by ${name}`,
    status: 200,
    aim: asking(({ acme }) => ({
      path: `${list}/${acme}?_method=DELETE`,
      token: adminToken,
      headers: [name, 'DELETE'],
    })),
  })),
  ...['x-original-url', 'x-rewrite-url', 'x-forwarded-uri'].map((name): Attack => ({
    name: `another path by ${name}`,
    status: 401,
    aim: asking({ path: '/v1/audit', headers: [name, '/health/live'] }),
  })),
  {
    name: 'an address of the inside by X-Forwarded-For',
    status: 401,
    aim: asking({
      path: list,
      headers: ['x-forwarded-for', '127.0.0.1', 'x-real-ip', '127.0.0.1', 'forwarded', 'for=127.0.0.1'],
    }),
  },
  {
    name: 'another site by X-Forwarded-Host',
    status: 201,
    leaves: ['connect_links', 'audit_log'],
    aim: asking({
      method: 'POST',
      path: '/v1/tenants/acme/connect-links',
      token: adminToken,
      body: { userReference: 'x' },
      headers: ['x-forwarded-host', 'evil.example', 'x-forwarded-proto', 'http'],
    }),
    check: ({ text }) => {
      if (!text.includes('"url":"https://connect.example/polar/connect/')) throw new Error(text);
    },
  },
  {
    name: 'an absolute target of another site',
    status: 404,
    aim: asking({ path: 'http://evil.example/v1/nothing', token: adminToken }),
  },
  ...['PUT', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND'].map((method): Attack => ({
    name: `the method ${method}`,
    status: 405,
    aim: asking({ method, path: list, token: adminToken }),
    check: ({ headers }) => {
      if (headers['allow'] !== 'GET, HEAD') throw new Error(String(headers['allow']));
    },
  })),
];
