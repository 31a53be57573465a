import { expect, it } from '@jest/globals';
import { factsIn } from '#core';
import { descriptor } from './descriptor.ts';

it('is a vector of an unknown device where the provider names none', () => {
  expect(factsIn(descriptor, { date: '2026-06-14' }, 'list')[0]?.identity).toEqual(['2026-06-14', 'unknown']);
});
