import { describe, expect, it } from '@jest/globals';
import { BridgeError } from '#core';
import { ProviderWatch } from './provider-watch.ts';

const minute = 60_000;

function setup(
  answers: (tenant: string) => Error | undefined = () => undefined,
  tenants: readonly string[] = ['acme', 'beta'],
) {
  const clock = { now: Date.parse('2026-06-15T12:00:00Z') };
  const asked: string[] = [];
  const known = { tenants };
  const watch = new ProviderWatch({
    tenants: () => known.tenants,
    hello: async (tenant) => {
      asked.push(tenant);
      const error = answers(tenant);
      if (error !== undefined) throw error;
    },
    now: () => clock.now,
  });
  return { watch, asked, clock, known };
}

const away = new BridgeError('PROVIDER_UNAVAILABLE', 'away');

describe('the watch over the provider', () => {
  it('says hello only where nothing was heard of it', async () => {
    const { watch, asked, clock } = setup();
    expect(watch.note()).toBe('nothing heard of it yet');
    watch.heard('acme', 'ok');
    await watch.look();
    expect(asked).toEqual(['beta']);
    expect(watch.note()).toBe('answers');
    clock.now += 4 * minute;
    watch.heard('beta', 'SCOPE_MISSING');
    clock.now += minute;
    await watch.look();
    expect(asked).toEqual(['beta', 'acme']);
  });

  it('tells for whom it does not answer, and since when, until it does', async () => {
    const state = { isAway: true };
    const { watch, clock, asked } = setup((tenant) => (tenant === 'beta' && state.isAway ? away : undefined));
    await watch.look();
    clock.now += minute;
    await watch.look();
    expect(asked).toEqual(['acme', 'beta', 'beta']);
    expect(watch.note()).toBe('does not answer for beta since 2026-06-15T12:00:00.000Z (1 of 2 tenants)');
    expect([...watch.states()]).toEqual([
      ['acme', true],
      ['beta', false],
    ]);
    expect([...watch.silent()]).toEqual([['beta', Date.parse('2026-06-15T12:00:00Z')]]);
    state.isAway = false;
    await watch.look();
    expect(watch.note()).toBe('answers');
    expect([...watch.silent()]).toEqual([]);
  });

  it('asks soon when a poll failed, and judges by the answer: one day may fail for ever', async () => {
    const { watch, asked } = setup();
    watch.heard('acme', 'ok');
    watch.heard('beta', 'ok');
    watch.heard('beta', 'PROVIDER_UNAVAILABLE');
    expect(watch.note()).toBe('answers');
    await watch.look();
    expect([asked, watch.note()]).toEqual([['beta'], 'answers']);
    await watch.look();
    expect(asked).toEqual(['beta']);
  });

  it.each(['BUDGET_EXHAUSTED', 'BUDGET_UNAVAILABLE', 'AUTH_UNAVAILABLE', 'TOKEN_REJECTED', 'UNEXPECTED'])(
    'learns nothing from %s',
    (code) => {
      const { watch } = setup();
      watch.heard('acme', 'ok');
      watch.heard('acme', code);
      watch.heard('beta', code);
      expect([...watch.states()]).toEqual([['acme', true]]);
    },
  );

  it('forgets a tenant that is gone, and names five at most', async () => {
    const tenants = Array.from({ length: 7 }, (_, index) => `t${index}`);
    const { watch, known } = setup(() => away, tenants);
    await watch.look();
    expect(watch.note()).toContain('t4 since 2026-06-15T12:00:00.000Z and 2 more (7 of 7 tenants)');
    known.tenants = ['t0'];
    await watch.look();
    expect([...watch.states().keys()]).toEqual(['t0']);
  });
});
