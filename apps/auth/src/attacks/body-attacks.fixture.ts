import { adminToken } from '../auth.fixture.ts';
import { type Attack, asking } from './target.fixture.ts';

const links = '/v1/tenants/acme/connect-links';
const list = '/v1/tenants/acme/connections';
const json = 'application/json';

const bodies: readonly (readonly [name: string, body: string | object, status: number, type?: string])[] = [
  ['a body of 65 kB', { userReference: 'x'.repeat(65 * 1024) }, 413],
  ['a body that is nested deep', `{"userReference":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400],
  ['__proto__', '{"userReference":"x","__proto__":{"isAdmin":true}}', 400],
  ['__proto__ further down', '{"userReference":"x","scopes":[{"__proto__":{"length":1}}]}', 400],
  ['constructor.prototype', '{"userReference":"x","constructor":{"prototype":{"isAdmin":true}}}', 400],
  ['an encoded __proto__', String.raw`{"userReference":"x","\u005f_proto__":{"isAdmin":true}}`, 400],
  ['broken JSON', '{"userReference":', 400],
  ['null', 'null', 400],
  ['a list', '[{"userReference":"x"}]', 400],
  ['a text', '"userReference"', 400],
  ['nothing', '', 400],
  ['a form', 'userReference=x', 415, 'application/x-www-form-urlencoded'],
  ['plain text', '{"userReference":"x"}', 415, 'text/plain'],
  ['XML with an entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 415, 'application/xml'],
  ['an upload', '--b\r\n\r\n--b--', 415, 'multipart/form-data; boundary=b'],
  ['YAML', 'userReference: x', 415, 'application/yaml'],
  ['an object for a text', { userReference: { $ne: null } }, 400],
  ['a list for a text', { userReference: ['x'] }, 400],
  ['a number for a text', { userReference: 1 }, 400],
  ['null for a text', { userReference: null }, 400],
  ['an object for a list', { userReference: 'x', scopes: { $gt: '' } }, 400],
  ['null for a list', { userReference: 'x', scopes: null }, 400],
  ['a text for a list', { userReference: 'x', scopes: 'sleep:read' }, 400],
  ['lists in a list', { userReference: 'x', scopes: [['sleep:read']] }, 400],
  ['a scope that writes', { userReference: 'x', scopes: ['sleep:write'] }, 400],
  ['scopes in one text', { userReference: 'x', scopes: ['sleep:read profile:read'] }, 400],
  ['a reference with a line end', { userReference: 'x\r\nSet-Cookie: a=b' }, 400],
  ['a reference with NUL', { userReference: 'x\0' }, 400],
  ['a reference with half a character', String.raw`{"userReference":"\ud800"}`, 400],
  ['a reference of 201 signs', { userReference: 'x'.repeat(201) }, 400],
  ['an empty reference', { userReference: '' }, 400],
];

export const bodyAttacks: readonly Attack[] = bodies.map(([name, body, status, type = json]) => ({
  name: `a link wanted with ${name}`,
  status,
  aim: asking({ method: 'POST', path: links, token: adminToken, body, headers: ['content-type', type] }),
}));

const queries: readonly (readonly [query: string, status: number])[] = [
  ['limit=1&limit=500', 400],
  ['limit[]=1', 400],
  ['limit=-1', 400],
  ['limit=0x10', 400],
  ['limit=1e2', 400],
  ['limit=99999999999999999999', 400],
  ['limit=', 400],
  ['limit=NaN', 400],
  ['status[$ne]=active', 400],
  ['status=active&status=everything', 400],
  ['status=__proto__', 400],
  ['cursor=00000000-0000-0000-0000-000000000000&cursor=ffffffff-ffff-ffff-ffff-ffffffffffff', 400],
  ['userReference=a&userReference=b', 400],
  ['userReference=%00', 400],
  ['__proto__[limit]=1', 400],
  [`userReference=${'x'.repeat(4100)}`, 414],
  // These two are no more than they look like: a name that nobody has, and nothing.
  ['userReference=%ff', 200],
  ['userReference=nobody&constructor=1', 200],
];

export const queryAttacks: readonly Attack[] = queries.map(([query, status]) => ({
  name: `the query ${query.slice(0, 60)}`,
  status,
  aim: asking({ path: `${list}?${query}`, token: adminToken }),
  check: ({ text }) => {
    if (status === 200 && !text.startsWith('{"connections":[]')) throw new Error(text);
  },
}));
