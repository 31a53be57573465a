import { expect, it } from '@jest/globals';
import { faultOf } from './fault.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

it.each<[string, unknown, string]>([
  ['a closed port', coded('ECONNREFUSED'), 'nothing listens there'],
  ['a closed port at several addresses', new AggregateError([coded('ECONNREFUSED')]), 'nothing listens there'],
  ['a host that is not known', coded('ENOTFOUND'), 'the host is not known here'],
  ['a host that is silent', coded('ETIMEDOUT'), 'no answer'],
  ['a database that is silent', new Error('timeout exceeded when trying to connect'), 'no answer'],
  ['a wrong password of PostgreSQL', coded('28P01'), 'user or password is refused'],
  ['a wrong password of Redis', new Error('WRONGPASS invalid username-password pair'), 'user or password is refused'],
  ['a Redis that wants a password', new Error('NOAUTH Authentication required.'), 'user or password is refused'],
  ['a user of Redis without rights', new Error('NOPERM this user has no permissions'), 'the user may not do'],
  ['a database that is not there', coded('3D000'), 'there is no such database'],
  ['too many connections', coded('53300'), 'it has no connection left'],
  ['a certificate of its own', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'its certificate is not trusted here'],
  ['what caused it', new Error('failed', { cause: coded('ECONNREFUSED') }), 'nothing listens there'],
])('explains %s', (_, error, expected) => {
  const { state, line, advice } = faultOf('It', error);
  expect([state, line.startsWith(`It: ${expected}`), advice?.length]).toEqual(['broken', true, expect.any(Number)]);
});
