import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '#core';
import { appendEvents, type Database } from '#store';
import { connectionOf } from './outbox-rows.ts';
import type { Tally } from './tally.ts';

export interface DelayOptions {
  readonly topicPrefix: string;
  readonly lanes: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** @returns ms from each event's COMMIT being sent to the consumer's hands, in rising order */
export async function measureDelays(db: Database, tally: Tally, options: DelayOptions): Promise<readonly number[]> {
  const committing = new Map<string, number>();
  const delays: number[] = [];
  tally.onMessage((subject) => {
    const start = committing.get(subject);
    if (start !== undefined) delays.push(performance.now() - start);
  });
  const count = options.seconds * options.perSecond;
  const writing: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0, due = 0; index < count; index += 1) {
    // Arrivals at random, as athletes are; a late timer makes up for it.
    due += (-Math.log(1 - Math.random()) * 1000) / options.perSecond;
    const wait = began + due - performance.now();
    if (wait > 1) await sleep(wait);
    writing.push(append(db, index, options, committing));
  }
  await Promise.all(writing);
  for (let waited = 0; delays.length < count && waited < 10_000; waited += 50) await sleep(50);
  if (delays.length !== count) throw new Error(`${count - delays.length} of ${count} events did not come`);
  return delays.toSorted((a, b) => a - b);
}

async function append(
  db: Database,
  index: number,
  { lanes, topicPrefix }: DelayOptions,
  committing: Map<string, number>,
): Promise<void> {
  const scope = { connection: connectionOf(index % lanes, Math.floor(index / lanes)), topicPrefix, traceparent: null };
  const event: DomainEvent = {
    type: 'SleepScored',
    topic: 'sleep',
    resource: 'sleeps',
    identity: [`delay-${index}`],
    revision: 1,
    mode: 'live',
    observedAt: new Date().toISOString(),
    polarModifiedAt: null,
    utcOffsetMinutes: 60,
    data: { filler: 'x'.repeat(700) },
  };
  await db.transaction().execute(async (trx) => {
    await appendEvents(trx, scope, [event]);
    committing.set(`sleeps/delay-${index}`, performance.now());
  });
}
