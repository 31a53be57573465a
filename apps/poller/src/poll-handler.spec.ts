import { describe, expect, it } from '@jest/globals';
import { BridgeError, emptyCursor, firstCadence, nothingSeen, type ErrorCode, type Tenant, type Tick } from '#core';
import type { AppLogger } from '#platform';
import { resources } from '#resources';
import type { BegunTarget, LeasedTarget, Recorded } from '#store';
import { PollHandler, type PollHandlerPorts } from './poll-handler.ts';
import { now, tenant, tickOf } from './tick.fixture.ts';

const target: LeasedTarget = {
  connection: 'c1',
  resource: 'sleeps',
  kind: 'live',
  tenant: 'acme',
  leaseToken: 'lease',
};
const begun: BegunTarget = {
  tenant: 'acme',
  cursor: emptyCursor,
  intervalSeconds: 300,
  rate: nothingSeen,
  failures: 0,
  utcOffsetMinutes: 120,
  establishedOn: '2026-06-01',
  backfilling: false,
  siblingsHealthy: true,
  at: now,
};
const recorded: Recorded = { events: 2, snapshots: 1, markerOnly: 0, nextDue: now, goesOn: false };

function setup(
  poll: (tick: Tick) => Promise<Recorded>,
  overrides: Partial<PollHandlerPorts> = {},
  begin: BegunTarget | undefined = begun,
) {
  const log: string[] = [];
  const note =
    (what: string) =>
    async (...[first, second]: readonly unknown[]): Promise<void> => {
      const about = [first, second].map((one) =>
        one instanceof BridgeError
          ? one.code
          : typeof one === 'object' && one !== null
            ? 'kind' in one
              ? one.kind
              : ''
            : one,
      );
      log.push([what, ...about].join(' ').trim());
    };
  const logged = (level: string) => (message: string) => log.push(`${level}: ${message}`);
  const handler = new PollHandler({
    leaseMs: 60_000,
    mostOfConnection: 2,
    tenants: { get: () => tenant, all: () => [tenant] },
    resources: new Map(resources.map((resource) => [resource.name, resource])),
    random: () => 0.5,
    now: () => now,
    cadences: { of: (_, resource) => firstCadence(resource, tenant.polling) },
    targets: {
      begin: async () => begin,
      carrier: async () => undefined,
      hold: note('hold'),
      giveBack: note('give back'),
      renew: note('renew'),
      fail: note('fail'),
      noteRequests: note('requests'),
      suspend: note('suspend'),
      suspendConnection: note('suspend connection'),
    },
    poll,
    spent: () => 2,
    reject: note('reject'),
    begin: () => ({ traceparent: tickOf(resources, 'sleeps').traceparent, end: () => undefined }),
    facts: () => ({ bytes: 0, items: 0, fetchMs: 0, diffMs: 0, recordMs: 0 }),
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: logged('warn'),
      error: logged('error'),
    } as unknown as AppLogger,
    outcome: (_, outcome, result) => log.push(`outcome ${outcome}${result === undefined ? '' : ` ${result.events}`}`),
    ...overrides,
  });
  return { handler, log };
}

const failing = (code: ErrorCode): ReturnType<typeof setup> => setup(() => Promise.reject(new BridgeError(code, 'no')));

describe('a poll', () => {
  it('knows of its target all that the sentence needs', async () => {
    const ticks: Tick[] = [];
    const { handler, log } = setup(async (tick) => {
      ticks.push(tick);
      return recorded;
    });
    await handler.run(target);
    expect(ticks).toEqual([tickOf(resources, 'sleeps')]);
    expect(log).toEqual(['outcome changed 2']);
  });

  it('has one line in the log, with all that is known of it', async () => {
    const lines: unknown[] = [];
    const told = (level: string) => (message: string, fields: object) => lines.push([level, message, fields]);
    const log = { debug: told('debug'), info: told('info'), warn: told('warn') } as unknown as AppLogger;
    const ended: unknown[] = [];
    const ports = {
      log,
      begin: () => ({ traceparent: 'trace', end: (outcome: string) => ended.push(outcome) }),
      facts: () => ({ bytes: 812, items: 3, fetchMs: 120, diffMs: 1, recordMs: 9 }),
    };
    const about = { tenant: 'acme', connection: 'c1', resource: 'sleeps', kind: 'live', traceparent: 'trace' };
    const done = { requests: 2, bytes: 812, items: 3, fetchMs: 120, diffMs: 1, recordMs: 9 };
    await setup(async () => recorded, ports).handler.run(target, 41.6);
    await setup(() => Promise.reject(new BridgeError('BREAKER_OPEN', 'no')), { ...ports, spent: () => 0 }).handler.run(
      target,
    );
    const milliseconds = expect.any(Number);
    expect(lines).toEqual([
      ['info', 'poll', { ...about, outcome: 'changed', waitedMs: 42, ...done, milliseconds, ...recorded }],
      ['debug', 'poll', { ...about, outcome: 'BREAKER_OPEN', ...done, requests: 0, milliseconds }],
    ]);
    expect(ended).toEqual(['changed', 'BREAKER_OPEN']);
  });

  it('goes on under the same lease while there is more to read at once', async () => {
    const cursors: string[] = [];
    const left = ['2026-06-14', '2026-06-13', ''];
    const { handler, log } = setup(
      async ({ cursor }) => {
        cursors.push(Object.keys(cursor.wanted).join());
        left.shift();
        return { ...recorded, goesOn: left.length > 0 };
      },
      {
        targets: {
          ...noTargets,
          begin: async () => ({
            ...begun,
            cursor: { ...emptyCursor, wanted: { [left[0] ?? '']: { since: 's', tries: 0, notBefore: 0 } } },
          }),
        },
      },
    );
    await handler.run(target);
    expect(cursors).toEqual(['2026-06-14', '2026-06-13', '']);
    expect(log).toEqual(Array.from({ length: 3 }, () => 'outcome changed 2'));
  });

  it('that found nothing is unchanged', async () => {
    const { handler, log } = setup(async () => ({ ...recorded, events: 0 }));
    await handler.run(target);
    expect(log).toEqual(['outcome unchanged 0']);
  });

  it('whose lease is gone is not made', async () => {
    const { handler, log } = setup(() => Promise.reject(new Error('it was polled')), {
      targets: { ...noTargets, begin: async () => undefined },
    });
    await handler.run(target);
    expect(log).toEqual(['outcome lease_lost']);
  });

  it('of a resource that does not exist any more is not made', async () => {
    const { handler, log } = setup(() => Promise.reject(new Error('it was polled')));
    await handler.run({ ...target, resource: 'swims' });
    expect(log).toEqual(['outcome lease_lost']);
  });

  it('that another one has overtaken is left alone', async () => {
    const { handler, log } = failing('LEASE_LOST');
    await handler.run(target);
    expect(log).toEqual(['outcome LEASE_LOST', 'warn: lease lost']);
  });

  it('without its scope takes the target out of the plan', async () => {
    const { handler, log } = failing('SCOPE_MISSING');
    await handler.run(target);
    expect(log).toEqual(['outcome SCOPE_MISSING', 'warn: scope was not granted', 'suspend live scope_missing']);
  });

  it.each([
    ['TOKEN_REJECTED', 'token_rejected'],
    ['CONSENT_MISSING', 'consent_missing'],
  ] as const)(
    'that ends with %s tells auth first, then takes the whole connection out of the plan',
    async (code, reason) => {
      const { handler, log } = failing(code);
      await handler.run(target);
      expect(log).toEqual([
        `outcome ${code}`,
        'warn: consent is needed again',
        `reject c1 ${reason}`,
        `suspend connection c1 ${reason}`,
      ]);
    },
  );

  it('is tried again when auth can not be told', async () => {
    const { handler, log } = setup(() => Promise.reject(new BridgeError('TOKEN_REJECTED', 'no')), {
      reject: () => Promise.reject(new BridgeError('AUTH_UNAVAILABLE', 'down')),
    });
    await expect(handler.run(target)).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(log.some((line) => line.startsWith('suspend'))).toBe(false);
  });

  it('that takes long keeps its lease, and no longer', async () => {
    let renewals = 0;
    let enough: (value: Recorded) => void = () => undefined;
    const renewed = async (): Promise<void> => {
      renewals += 1;
      if (renewals === 3) enough(recorded);
    };
    const long = new Promise<Recorded>((resolve) => {
      enough = resolve;
    });
    const targets = { ...noTargets, begin: async () => begun, renew: renewed };
    const { handler, log } = setup(() => long, { leaseMs: 3, targets });
    await handler.run(target);
    const made = renewals;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(renewals).toBe(made);
    expect(log).toEqual(['outcome changed 2']);
  });

  it.each<ErrorCode>([
    'PROVIDER_RATE_LIMITED',
    'BUDGET_EXHAUSTED',
    'BUDGET_UNAVAILABLE',
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_SCHEMA_UNKNOWN',
    'PROVIDER_REJECTED',
    'DATABASE_CONFLICT',
  ])('that ends with %s is the queue’s to judge', async (code) => {
    const { handler, log } = failing(code);
    await expect(handler.run(target)).rejects.toMatchObject({ code });
    expect(log).toEqual([`outcome ${code}`]);
  });

  it.each<[string, readonly Tenant[]]>([
    ['paused', [{ ...tenant, paused: true }]],
    ['not in the tenant file', [{ ...tenant, id: 'beta' }]],
  ])('of a tenant that is %s is given back without a look at it', async (_, all) => {
    const tenants = { get: () => tenant, all: () => all };
    const asked = { ...noTargets, giveBack: async () => undefined };
    const { handler, log } = setup(() => Promise.reject(new Error('it was polled')), { tenants, targets: asked });
    await handler.run(target);
    await handler.failed(target, new BridgeError('PROVIDER_UNAVAILABLE', 'down'));
    expect(log).toEqual(['outcome TENANT_NOT_SERVED', 'outcome TENANT_NOT_SERVED']);
  });

  it.each<ErrorCode>(['NOT_FOUND', 'TOKEN_REJECTED', 'PROVIDER_UNAVAILABLE', 'UNEXPECTED'])(
    'whose tenant leaves before it ends with %s is given back: it is no failure',
    async (code) => {
      let all: readonly Tenant[] = [tenant];
      const leaving = async (): Promise<Recorded> => {
        all = [];
        throw new BridgeError(code, 'no');
      };
      const { handler, log } = setup(leaving, { tenants: { get: () => tenant, all: () => all } });
      await handler.run(target);
      expect(log).toEqual(['outcome TENANT_NOT_SERVED', 'give back live']);
    },
  );

  it('is given back when auth knows before us that the tenant is not served', async () => {
    const { handler, log } = failing('TENANT_NOT_SERVED');
    await handler.run(target);
    expect(log).toEqual(['outcome TENANT_NOT_SERVED', 'give back live']);
  });

  it('is not made when the job names another tenant than the database', async () => {
    const { handler, log } = setup(() => Promise.reject(new Error('it was polled')), {}, { ...begun, tenant: 'beta' });
    await handler.run(target);
    expect(log).toEqual(['outcome lease_lost']);
  });

  it('waits while as many of its connection are under way as may be, and only then', async () => {
    const ends: ((value: Recorded) => void)[] = [];
    const { handler } = setup(() => new Promise((resolve) => ends.push(resolve)));
    const running = [handler.run(target), handler.run({ ...target, resource: 'ppi-samples' })];
    const third = { ...target, resource: 'continuous-samples' };
    await expect(handler.run(third)).rejects.toMatchObject({
      code: 'WORKERS_TAKEN',
      disposition: 'wait',
      waitUntil: now + 500,
    });
    const other = handler.run({ ...target, connection: 'c2' });
    await new Promise(setImmediate);
    ends.shift()?.(recorded);
    await running[0];
    const again = handler.run(third);
    await new Promise(setImmediate);
    expect(ends).toHaveLength(3);
    for (const end of ends) end(recorded);
    await Promise.all([...running, other, again]);
  });

  it.each([
    [0, 299, [`give back live ${now + 15_000}`]],
    [0, 300, ['fail live BREAKER_OPEN']],
    [1, 899, [`give back live ${now + 15_000}`]],
    [1, 900, ['fail live BREAKER_OPEN']],
    [2, 2099, [`give back live ${now + 15_000}`]],
    [2, 2100, ['fail live BREAKER_OPEN']],
  ])('after %p failures, %p s after a breaker has opened: %j', async (failures, seconds, told) => {
    const error = new BridgeError('BREAKER_OPEN', 'no', { since: now - seconds * 1000, waitUntil: now + 15_000 });
    const { handler, log } = setup(() => Promise.reject(error), {}, { ...begun, failures });
    await handler.run(target);
    expect(log).toEqual(['outcome BREAKER_OPEN', ...told]);
  });

  it('that ends in a way that nobody foresaw is tried again', async () => {
    const { handler, log } = setup(() => Promise.reject(new RangeError('odd')));
    await expect(handler.run(target)).rejects.toMatchObject({
      code: 'UNEXPECTED',
      disposition: 'retry',
      message: 'odd',
    });
    expect(log).toEqual(['outcome UNEXPECTED']);
  });
});

describe('the queue', () => {
  it('has the lease held while a job waits', async () => {
    const { handler, log } = failing('UNEXPECTED');
    await handler.delayed(target, now + 5);
    expect(log).toEqual([`hold live ${now + 5}`]);
  });

  it.each<[unknown, string, string]>([
    [new BridgeError('PROVIDER_UNAVAILABLE', 'down'), 'warn', 'PROVIDER_UNAVAILABLE'],
    [new BridgeError('PROVIDER_SCHEMA_UNKNOWN', 'odd'), 'error', 'PROVIDER_SCHEMA_UNKNOWN'],
    [new TypeError('odd'), 'warn', 'UNEXPECTED'],
    ['odd', 'warn', 'UNEXPECTED'],
  ])('gives up with %p: loud as it deserves, and the target counts it', async (error, level, code) => {
    const { handler, log } = failing('UNEXPECTED');
    await handler.failed(target, error);
    expect(log).toEqual([`${level}: poll failed`, `fail live ${code}`]);
  });

  it('puts requests that came to nothing to the account of a backfill', async () => {
    const { handler, log } = failing('PROVIDER_UNAVAILABLE');
    await expect(handler.run({ ...target, kind: 'backfill' })).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(log).toEqual(['outcome PROVIDER_UNAVAILABLE', 'requests backfill 2']);
  });

  it('gives up what is not ours any more without counting it', async () => {
    const { handler, log } = setup(async () => recorded, { targets: { ...noTargets, begin: async () => undefined } });
    await handler.failed(target, new BridgeError('PROVIDER_UNAVAILABLE', 'down'));
    expect(log).toEqual(['warn: poll failed']);
  });
});

const refuse = (): Promise<never> => Promise.reject(new Error('not expected'));
const noTargets: PollHandlerPorts['targets'] = {
  begin: refuse,
  carrier: refuse,
  hold: refuse,
  giveBack: refuse,
  renew: refuse,
  fail: refuse,
  noteRequests: refuse,
  suspend: refuse,
  suspendConnection: refuse,
};
