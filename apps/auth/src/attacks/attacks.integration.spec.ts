import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminToken, internalToken, send } from '../auth.fixture.ts';
import { pathAttacks, redirectAttacks, tenantAttacks, tokenAttacks } from './api-attacks.fixture.ts';
import { bodyAttacks, queryAttacks } from './body-attacks.fixture.ts';
import { codeAttacks, linkAttacks, stateAttacks } from './consent-attacks.fixture.ts';
import { pageAttacks } from './page-attacks.fixture.ts';
import { placesOf, statements } from './sql-attacks.fixture.ts';
import { type Answer, type Attack, Target } from './target.fixture.ts';
import { headerAttacks, smugglingAttacks } from './wire-attacks.fixture.ts';

const attacks: Readonly<Record<string, readonly Attack[]>> = {
  'the state of a consent': stateAttacks,
  'the code of a consent': codeAttacks,
  'connect links': linkAttacks,
  'open redirects': redirectAttacks,
  tokens: tokenAttacks,
  'other tenants': tenantAttacks,
  paths: pathAttacks,
  bodies: bodyAttacks,
  queries: queryAttacks,
  headers: headerAttacks,
  'smuggled requests': smugglingAttacks,
  pages: pageAttacks,
};

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.stop());

const changed = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] =>
  Object.keys(after).filter((table) => after[table] !== before[table]);

/** Nothing that only we know, and nothing of how we are made. */
const tellsNothing = ({ text, headers }: Answer): void => {
  expect(text).not.toMatch(/\bat .+\.ts:\d+|node_modules|ECONN|syntax error|secret-of-/);
  for (const token of [adminToken, internalToken]) expect(text).not.toContain(token);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
};

describe.each(Object.entries(attacks))('attacks on %s', (_what, cases) => {
  it.each(cases.map((attack) => [attack.name, attack.status, attack] as const))(
    '%s: %i',
    async (_name, status, attack) => {
      const strike = await attack.aim(target);
      const [before, asked] = [await target.digest(), target.asked()];
      const answer = await strike();
      expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
      const allowed: readonly string[] = attack.leaves ?? [];
      expect(changed(before, await target.digest()).filter((table) => !allowed.includes(table))).toEqual([]);
      expect(target.asked() > asked).toBe(attack.asks ?? false);
      tellsNothing(answer);
      attack.check?.(answer, target);
    },
  );
});

describe('SQL in every text of every operation', () => {
  it('does nothing, and breaks nothing', async () => {
    const places = placesOf((await send(target.scene.app, 'GET', '/docs-json')).json);
    expect(places.length).toBeGreaterThanOrEqual(30);
    for (const { name, ask } of places) {
      const before = await target.digest();
      for (const statement of statements) {
        const answer = await target.send(ask(statement, target));
        expect([name, statement, answer.status < 500]).toEqual([name, statement, true]);
        tellsNothing(answer);
      }
      // A reference is whatever its tenant likes: it is kept, as the text that it is.
      const keeps = name === 'createConnectLink: body userReference' ? ['audit_log', 'connect_links'] : [];
      expect([name, changed(before, await target.digest()).toSorted()]).toEqual([name, keeps]);
    }
  });

  it('is kept as the text that it is', async () => {
    const { db } = target.scene.database;
    const rows = await db.selectFrom('connect_links').select('user_reference').execute();
    expect(rows.map(({ user_reference }) => user_reference)).toEqual(expect.arrayContaining([...statements]));
  });
});

describe('the list of attacks', () => {
  it('is long, and names each one once', () => {
    const names = Object.values(attacks).flatMap((cases) => cases.map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(150);
    expect(new Set(names).size).toBe(names.length);
  });
});
