import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import ts from 'typescript';
import type { Event, EventOf, EventType } from '../../config/contracts/types/index.d.ts';
import { readExamples } from './examples.ts';
import { contractsFolder } from './folder.ts';

it('compiles by itself, as strictly as a consumer may ask', () => {
  const options = { strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, types: [] };
  const program = ts.createProgram([join(contractsFolder, 'types/index.d.ts')], options);
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});

/** Checked by the compiler: `ce_type` tells one event from another. */
function summary(event: Event): string {
  switch (event.ce_type) {
    case 'accesslink.SleepScored.v1':
      return `${event.value.userReference} slept ${event.value.data.sleepScore?.sleepScore ?? '?'}`;
    case 'accesslink.HeartRateDayUpdated.v1':
      return `${event.value.data.count} samples`;
    case 'accesslink.ConsentRevoked.v1':
      return event.value.data.deletionRequired ? 'delete' : 'keep';
    case 'accesslink.SportCatalogUpdated.v1':
      return String(event.value.connection satisfies null);
    default:
      // @ts-expect-error what the other events have in common has no score
      return String(event.value.data.sleepScore?.sleepScore ?? event.key);
  }
}

it('tells events apart by their type', () => {
  const example = readExamples(contractsFolder)['SleepScored'];
  const event = { ce_type: example?.headers['ce_type'] as EventType, ...example } as unknown as Event;
  expect(summary(event)).toMatch(/^user-42 slept \d/);
  const typed = event as EventOf<'accesslink.SleepScored.v1'>;
  expect(typed.value.resource).toBe('sleeps');
});
