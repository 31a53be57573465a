import { expect, it } from '@jest/globals';
import type { Steps } from '#core';
import { inSlices } from './in-slices.ts';

function* steps(count: number, work: (step: number) => void): Steps<string> {
  for (let step = 0; step < count; step += 1) {
    work(step);
    yield;
  }
  return 'done';
}

const busyFor = (millis: number): void => {
  const end = performance.now() + millis;
  while (performance.now() < end);
};

it('lets others have a turn between steps that take long', async () => {
  const turns: string[] = [];
  const running = inSlices(
    steps(3, (step) => {
      turns.push(`step ${step}`);
      busyFor(12);
    }),
  );
  const other = new Promise<void>((resolve) => {
    setImmediate(() => {
      turns.push('other');
      resolve();
    });
  });
  expect(await running).toBe('done');
  await other;
  expect(turns.toSpliced(turns.indexOf('other'), 1)).toEqual(['step 0', 'step 1', 'step 2']);
  expect(turns.at(-1)).toBe('step 2');
});

it('takes short steps in one go', async () => {
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  const running = inSlices(steps(3, () => undefined));
  expect(await running).toBe('done');
  expect(turned).toBe(false);
});

it('ends with the error of a step', async () => {
  const failing = steps(3, (step) => {
    if (step === 1) throw new Error('step 1 failed');
  });
  await expect(inSlices(failing)).rejects.toThrow('step 1 failed');
});
