import { adminToken, internalToken, returnUrl } from '../auth.fixture.ts';
import { type Attack, asking } from './target.fixture.ts';

const links = '/v1/tenants/acme/connect-links';
const list = '/v1/tenants/acme/connections';
const unknown = '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c';

const post = (body: string | object, headers: readonly string[] = []) =>
  asking({ method: 'POST', path: links, token: adminToken, body, headers });

/** Every one differs from the one that is allowed, and some browser would take it for the same or for another site's. */
const otherUrls: Readonly<Record<string, unknown>> = {
  'another site': 'https://evil.example/',
  'relative to the scheme': '//app.example/connected?from=test',
  'relative to the host': '/connected?from=test',
  'a user before the host': 'https://app.example@evil.example/connected?from=test',
  'a password before the host': 'https://app.example:443@evil.example/connected?from=test',
  'a backslash for a slash': 'https://app.example\\@evil.example/connected?from=test',
  'backslashes for the scheme': String.raw`https:\\evil.example/connected?from=test`,
  'encoded as a whole': encodeURIComponent(returnUrl),
  'an encoded slash': 'https://app.example%2f@evil.example/connected?from=test',
  'a suffix of the host': 'https://app.example.evil.example/connected?from=test',
  'a prefix of the host': 'https://evil-app.example/connected?from=test',
  'the right one as a parameter': `https://evil.example/?to=${returnUrl}`,
  'capital letters': returnUrl.toUpperCase(),
  'a letter of another script': returnUrl.replace('a', '\u0430'),
  'a full-width dot': returnUrl.replace('.', '\uff0e'),
  'a dot after the host': 'https://app.example./connected?from=test',
  'the port said': 'https://app.example:443/connected?from=test',
  'plain http': returnUrl.replace('https', 'http'),
  'a fragment': `${returnUrl}#evil`,
  'a slash at the end': 'https://app.example/connected/?from=test',
  'a way up': 'https://app.example/connected/../evil?from=test',
  'one more parameter': `${returnUrl}&to=evil`,
  'a space before it': ` ${returnUrl}`,
  'a line end in it': `${returnUrl}\r\nLocation: https://evil.example/`,
  'a tab in the scheme': returnUrl.replace('ht', 'ht\t'),
  'a NUL at the end': `${returnUrl}\0`,
  javascript: 'javascript:alert(1)',
  data: 'data:text/html,<script>alert(1)</script>',
  'a list': [returnUrl],
  'an object': { $ne: '' },
};

export const redirectAttacks: readonly Attack[] = Object.entries(otherUrls).map(([name, url]) => ({
  name: `a return URL that differs: ${name}`,
  status: 400,
  aim: post({ userReference: 'x', returnUrl: url }),
}));

const credentials: readonly (readonly [name: string, right: (token: string) => readonly string[]])[] = [
  ['no token', () => []],
  ['an empty header', () => ['authorization', '']],
  ['a scheme alone', () => ['authorization', 'Bearer']],
  ['a space for a token', () => ['authorization', 'Bearer  ']],
  ['all but the last sign', (token) => ['authorization', `Bearer ${token.slice(0, -1)}`]],
  ['all but the first sign', (token) => ['authorization', `Bearer ${token.slice(1)}`]],
  ['a sign more', (token) => ['authorization', `Bearer ${token}x`]],
  ['capital letters', (token) => ['authorization', `Bearer ${token.toUpperCase()}`]],
  ['the token as a password', (token) => ['authorization', `Basic ${Buffer.from(`x:${token}`).toString('base64')}`]],
  ['the token under another scheme', (token) => ['authorization', `Token ${token}`]],
  ['the token without a scheme', (token) => ['authorization', token]],
  ['two tokens in one header', (token) => ['authorization', `Bearer wrong ${token}`]],
  ['a list of tokens', (token) => ['authorization', `Bearer wrong, Bearer ${token}`]],
  ['ten thousand signs', () => ['authorization', `Bearer ${'x'.repeat(10_000)}`]],
  ['the token as a cookie', (token) => ['cookie', `token=${token}; authorization=Bearer ${token}`]],
  ['the token in another header', (token) => ['x-authorization', `Bearer ${token}`, 'x-api-key', token]],
];

const doors = [
  { door: 'the admin routes', method: 'GET', path: list, right: adminToken, other: internalToken },
  {
    door: 'the internal routes',
    method: 'POST',
    path: `/internal/v1/connections/${unknown}/access-token`,
    right: internalToken,
    other: adminToken,
  },
];

export const tokenAttacks: readonly Attack[] = doors.flatMap(({ door, method, path, right, other }) => [
  ...credentials.map(([name, headers]) => ({
    name: `${door} with ${name}`,
    status: 401,
    aim: asking({ method, path, headers: headers(right) }),
  })),
  { name: `${door} with the token of the other ones`, status: 401, aim: asking({ method, path, token: other }) },
  {
    name: `${door} with the token in the query`,
    status: 401,
    aim: asking({ method, path: `${path}?access_token=${right}&token=${right}` }),
  },
  {
    name: `${door} with a wrong token before the right one`,
    status: 400,
    aim: asking({ method, path, headers: ['authorization', 'Bearer wrong', 'authorization', `Bearer ${right}`] }),
  },
  {
    name: `${door} with a wrong token behind the right one`,
    status: 400,
    aim: asking({ method, path, headers: ['authorization', `Bearer ${right}`, 'Authorization', 'Bearer wrong'] }),
  },
]);

const onConnections: readonly (readonly [method: string, suffix: string])[] = [
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/pause'],
  ['POST', '/resume'],
  ['POST', '/erasure'],
];

export const tenantAttacks: readonly Attack[] = [
  ...onConnections.map(([method, suffix]): Attack => ({
    name: `${method} …${suffix} of another tenant's connection: told apart from an unknown one by nothing`,
    status: 404,
    aim: async (target) => {
      const none = await target.send({ method, path: `${list}/${unknown}${suffix}`, token: adminToken });
      return async () => {
        const foreign = await target.send({ method, path: `${list}/${target.beta}${suffix}`, token: adminToken });
        const seen = ({ status, headers, text }: typeof none) =>
          JSON.stringify([status, Object.entries(headers).filter(([name]) => name !== 'date'), text]);
        if (seen(foreign) !== seen(none)) throw new Error(`${seen(foreign)} instead of ${seen(none)}`);
        return foreign;
      };
    },
  })),
  { name: 'another tenant in the body', status: 400, aim: post({ userReference: 'x', tenant: 'beta' }) },
  { name: 'another tenant in the query', status: 400, aim: asking({ path: `${list}?tenant=beta`, token: adminToken }) },
  {
    name: "another tenant's connection as a cursor",
    status: 200,
    aim: asking(({ beta }) => ({ path: `${list}?cursor=${beta}`, token: adminToken })),
    check: ({ text }, { beta }) => {
      if (text.includes(beta) || text.includes('"beta"')) throw new Error(text);
    },
  },
  ...['ACME', 'acme%00', 'acme%2f..%2fbeta', '__proto__', 'constructor', 'acme,beta', '*', '%2e%2e'].map(
    (tenant): Attack => ({
      name: `a tenant of the name ${tenant}`,
      status: 404,
      aim: asking({ path: `/v1/tenants/${tenant}/connections`, token: adminToken }),
    }),
  ),
];

const ids: readonly (readonly [id: (own: string, foreign: string) => string, status: number])[] = [
  [(_own, foreign) => `..%2f..%2fbeta%2fconnections%2f${foreign}`, 400],
  [(_own, foreign) => `%2e%2e%2f${foreign}`, 400],
  [(own) => `${own}%00`, 400],
  [(own) => `${own}%2500`, 400],
  [(own) => `${own}%252f..`, 400],
  [() => '%252e%252e%252f', 400],
  [() => '..%5c..%5cwindows', 400],
  [() => '%ef%bc%8e%ef%bc%8e%ef%bc%8fetc', 400],
  [() => '%c0%ae%c0%ae', 400],
  [() => '%zz', 400],
  [(own) => `${own};tenant=beta`, 400],
  [(own) => `${own}%0d%0aX-Injected:1`, 400],
  [(own) => `${own}%20`, 400],
  [(own) => `{${own}}`, 400],
  [(own) => own.replaceAll('-', ''), 400],
  [(own, foreign) => `${own},${foreign}`, 400],
  [() => 'x'.repeat(129), 414],
  [() => `x/${'y/'.repeat(3000)}`, 414],
  [(own) => `${own}/`, 404],
  [(_own, foreign) => `../../beta/connections/${foreign}`, 404],
];

export const pathAttacks: readonly Attack[] = [
  {
    name: 'a way out of the folder of the description',
    status: 403,
    aim: asking({ path: '/docs/%2e%2e/%2e%2e/etc/passwd' }),
  },
  ...ids.map(([id, status], index): Attack => ({
    name: `an id that leads elsewhere (${String(index + 1)}): ${id('ID', 'FOREIGN').slice(0, 60)}`,
    status,
    aim: asking(({ acme, beta }) => ({ method: 'DELETE', path: `${list}/${id(acme, beta)}`, token: adminToken })),
  })),
  ...[
    '//v1/tenants/acme/connections',
    '/V1/tenants/acme/connections',
    '/v1/tenants/acme/connections/',
    '/connect/../v1/audit',
    '/./v1/audit',
    '/v1/audit;/',
    '/docs/..%2f..%2fpackage.json',
  ].map((path): Attack => ({ name: `the path ${path}`, status: 404, aim: asking({ path, token: adminToken }) })),
];
