import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isBridgeError } from '#core';
import { LocalSealer } from './local-sealer.ts';
import type { SealContext } from './ports.ts';

const k1 = { id: 'k1', key: Buffer.alloc(32, 1) };
const k2 = { id: 'k2', key: Buffer.alloc(32, 2) };
const context: SealContext = { tenant: 'acme', connection: 'c1', field: 'refresh' };
const sealer = new LocalSealer([k1], randomBytes);

async function refusalOf(open: () => unknown): Promise<string> {
  try {
    await open();
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return error.message;
  }
  return 'it opened';
}

describe('LocalSealer', () => {
  it('opens what it sealed, and seals nothing twice in the same way', async () => {
    const [one, other] = [await sealer.seal('tök€n', context), await sealer.seal('tök€n', context)];
    expect(await sealer.open('k1', one, context)).toBe('tök€n');
    expect(one.equals(other)).toBe(false);
    expect(one.includes('token')).toBe(false);
    expect(one).toHaveLength(12 + 16 + Buffer.byteLength('tök€n'));
  });

  it('opens what an older key sealed', async () => {
    const rotated = new LocalSealer([k2, k1], randomBytes);
    expect(rotated.keyId).toBe('k2');
    expect(await rotated.open('k1', await sealer.seal('old', context), context)).toBe('old');
    expect(await rotated.open('k2', await rotated.seal('new', context), context)).toBe('new');
  });

  it.each([{ tenant: 'other' }, { connection: 'c2' }, { field: 'access' as const }])(
    'binds it to its place: %j',
    async (place) => {
      const sealed = await sealer.seal('x', context);
      expect(await refusalOf(() => sealer.open('k1', sealed, { ...context, ...place }))).toContain(
        'does not open them',
      );
    },
  );

  it.each([0, 12, 28])('notices a change of byte %i', async (index) => {
    const sealed = await sealer.seal('secret', context);
    sealed[index] = (sealed[index] ?? 0) ^ 1;
    expect(await refusalOf(() => sealer.open('k1', sealed, context))).toContain('the row was altered');
  });

  it('advises on a missing, a swapped and a truncated one', async () => {
    const sealed = await sealer.seal('secret', context);
    expect(await refusalOf(() => new LocalSealer([k2], randomBytes).open('k1', sealed, context))).toContain(
      '"k1", which is not in ENCRYPTION_KEYS',
    );
    expect(
      await refusalOf(() => new LocalSealer([{ ...k2, id: 'k1' }], randomBytes).open('k1', sealed, context)),
    ).toContain('another key');
    for (const length of [0, 5, 12, 20]) {
      expect(await refusalOf(() => sealer.open('k1', sealed.subarray(0, length), context))).toContain('does not open');
    }
    expect(await refusalOf(() => new LocalSealer([], randomBytes))).toContain('no key');
  });
});
