/**
 * From the text of a body to the changes, with `JSON.parse` of the same text beside it. A process of its own, so that it
 * runs with the flags that the poller has; prints a JSON line for each body.
 */
import {
  atOnce,
  diff,
  emptyCursor,
  KnownSnapshots,
  parseInSteps,
  read,
  type Changes,
  type Resource,
  type Tick,
  type Window,
  firstSchedule,
} from '#core';
import { resources } from '#resources';
import { realSizeBodies, type RealSizeBody } from './bodies.ts';

const rounds = 25;

export interface Speed {
  readonly name: string;
  readonly megabytes: number;
  readonly events: number;
  /** Medians of milliseconds: parsing alone, and with normalising, hashing and comparing behind it. */
  readonly parse: number;
  /** Everything is new. */
  readonly fresh: number;
  /** Everything is known. */
  readonly known: number;
}

for (const body of await realSizeBodies()) process.stdout.write(`${JSON.stringify(speedOf(body))}\n`);

function speedOf(body: RealSizeBody): Speed {
  const resource = resources.find(({ name }) => name === body.resource);
  if (resource === undefined) throw new Error(`there is no resource ${body.resource}`);
  const tick = tickOf(resource);
  const window: Window = { ...body, features: [], reason: body.phase === 'list' ? 'listing' : 'wanted' };
  const whole = (known: KnownSnapshots): Changes =>
    diff(tick, known, [read(resource, window, atOnce(parseInSteps(body.text)))]);
  const first = whole(new KnownSnapshots([]));
  const known = new KnownSnapshots(first.snapshots);
  if (whole(known).events.length > 0) throw new Error(`${body.name}: what is known was told again`);

  // In turn, so that a machine that slows down slows all of them.
  const times = Array.from({ length: rounds }, () => [
    millis(() => JSON.parse(body.text)),
    millis(() => whole(new KnownSnapshots([]))),
    millis(() => whole(known)),
  ]);
  const median = (index: number): number =>
    times.map((one) => one[index] ?? 0).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  return {
    name: body.name,
    megabytes: Buffer.byteLength(body.text) / 1e6,
    events: first.events.length,
    parse: median(0),
    fresh: median(1),
    known: median(2),
  };
}

function millis(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function tickOf(resource: Resource): Tick {
  return {
    resource,
    kind: 'live',
    connection: { id: 'c1', tenant: 'bench', utcOffsetMinutes: 0, establishedOn: '2026-01-01' },
    polling: {
      minSeconds: 300,
      maxSeconds: 43_200,
      backfillDays: 90,
      confirmDeletionSeconds: 3600,
      finaliseSeconds: 86_400,
    },
    topicPrefix: 'polar.bench',
    keepsState: false,
    cursor: emptyCursor,
    intervalSeconds: 300,
    schedule: firstSchedule(resource, { minSeconds: 300, maxSeconds: 43_200 }),
    failures: 0,
    leaseToken: 'lease',
    at: Date.now(),
    backfilling: false,
    siblingsHealthy: true,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}
