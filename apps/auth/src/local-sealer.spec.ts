import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isBridgeError } from '#core';
import { type SealContext, Sealer } from './sealer.ts';

const k1 = { id: 'k1', key: Buffer.alloc(32, 1) };
const k2 = { id: 'k2', key: Buffer.alloc(32, 2) };
const context: SealContext = { tenant: 'acme', connection: 'c1', field: 'refresh' };
const sealer = new Sealer([k1], randomBytes);

function refusalOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (isBridgeError(error, 'CONFIG_INVALID')) return error.message;
  }
  return 'it opened';
}

describe('Sealer', () => {
  it('opens what it sealed, and seals nothing twice in the same way', () => {
    const [one, other] = [sealer.seal('tök€n', context), sealer.seal('tök€n', context)];
    expect(sealer.open('k1', one, context)).toBe('tök€n');
    expect(one.equals(other)).toBe(false);
    expect(one.includes('token')).toBe(false);
    expect(one).toHaveLength(12 + 16 + Buffer.byteLength('tök€n'));
  });

  it('opens what an older key sealed', () => {
    const rotated = new Sealer([k2, k1], randomBytes);
    expect(rotated.keyId).toBe('k2');
    expect(rotated.open('k1', sealer.seal('old', context), context)).toBe('old');
    expect(rotated.open('k2', rotated.seal('new', context), context)).toBe('new');
  });

  it.each([{ tenant: 'other' }, { connection: 'c2' }, { field: 'access' as const }])(
    'binds it to its place: %j',
    (place) => {
      const sealed = sealer.seal('x', context);
      expect(refusalOf(() => sealer.open('k1', sealed, { ...context, ...place }))).toContain('does not open them');
    },
  );

  it.each([0, 12, 28])('notices a change of byte %i', (index) => {
    const sealed = sealer.seal('secret', context);
    sealed[index] = (sealed[index] ?? 0) ^ 1;
    expect(refusalOf(() => sealer.open('k1', sealed, context))).toContain('the row was altered');
  });

  it('advises on a missing, a swapped and a truncated one', () => {
    const sealed = sealer.seal('secret', context);
    expect(refusalOf(() => new Sealer([k2], randomBytes).open('k1', sealed, context))).toContain(
      '"k1", which is not in ENCRYPTION_KEYS',
    );
    expect(refusalOf(() => new Sealer([{ ...k2, id: 'k1' }], randomBytes).open('k1', sealed, context))).toContain(
      'another key',
    );
    for (const length of [0, 5, 12, 20]) {
      expect(refusalOf(() => sealer.open('k1', sealed.subarray(0, length), context))).toContain('does not open');
    }
    expect(refusalOf(() => new Sealer([], randomBytes))).toContain('no key');
  });
});
