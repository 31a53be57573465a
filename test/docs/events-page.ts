import type { ReceivedEvent } from '../../deploy/local/quickstart/consume.ts';

/** When each event type is emitted, by topic; the page has them in this order. */
const catalogue: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  connection: {
    ConnectionEstablished:
      'The athlete gave consent for the first time: `ce_sequence` 1. Order holds inside a topic, so the events of other topics may be read before it.',
  },
  polling: {
    BackfillStarted: 'The days before the connection begin to be fetched.',
    BackfillCompleted: 'All of them were fetched; `missingDays` were given up for now.',
  },
  session: {
    SessionRecorded: 'A session is there for the first time. The long series come as chunks.',
    SessionSamplesChunk: `One hour of samples of one exercise, as columns; \`part\` counts the messages of an hour that is too much for one. Only chunks that
are new or changed are sent. \`series\` has one entry per type. The sample types of the provider (HEART_RATE, SPEED, POWER, ...) have \`values\`, one
every \`intervalMillis\`, and \`startIndex\`, the index of the first one counted from the start of the exercise; null is no value. \`RR\` has the
columns \`durationMillis\` and \`offline\` (null where the provider says nothing), \`ROUTE\` has \`elapsedMillis\`, \`latitude\`, \`longitude\` and \`altitude\`. A series with
\`transition: true\` belongs to the change before the exercise. An hour may hold one type several times: put them one after the other.`,
    SessionSamplesAvailable:
      'All chunks of the session were sent; lists them. A chunk that you have and that is not in the list is out of date: drop it. `hash` is opaque, and changes with the chunk.',
    SessionRevised: 'The content of a session changed; `changedFields` says where.',
    SessionDeleted: 'Two complete listings, `confirmDeletionSeconds` apart, lacked it.',
  },
  sleep: {
    SleepRecorded: 'A night is there for the first time, with its hypnogram.',
    SleepScored: 'The sleep score of a night appeared. Carries the date and the score; the night is in SleepRecorded.',
    SleepRevised: 'A night was trimmed, rated or scored again.',
  },
  'nightly-recharge': {
    NightlyRechargeCalculated: 'The Nightly Recharge of a night was calculated.',
    NightlyRechargeRevised: 'It was calculated again, with another result.',
  },
  'heart-rate': {
    HeartRateDayChunk:
      'One hour of a day of one device, as columns. Only hours that are new or changed are sent. `offsetMillis` counts from local midnight. The provider marks gaps by samples that lack one of the two values, which is null then.',
    HeartRateDayUpdated: 'The day is new or has grown. Comes after its chunks and lists them with their hashes.',
    HeartRateDayFinalized:
      'The day is over and has not changed for `finaliseSeconds`. When a watch brings late data all the same, Updated and another Finalized follow.',
  },
};

/** The event types that need an example. */
export const wanted: readonly string[] = Object.values(catalogue).flatMap((types) => Object.keys(types));

export function pageOf(examples: ReadonlyMap<string, ReceivedEvent>): string {
  const sections = Object.entries(catalogue).map(
    ([topic, types]) =>
      `## \`<prefix>.${topic}.v1\`\n\n${Object.entries(types)
        .map(([type, when]) => section(type, when, examples.get(type)))
        .join('\n')}`,
  );
  return `${head}\n${sections.join('\n')}`;
}

const head = `# Events

One real example of each event type, taken from a run against the simulator. This page is written by
\`test/docs/collect-examples.ts\`: run \`npm run build && node test/docs/collect-examples.ts\` after a change. Lists of more than three entries are
cut, which \`"..."\` shows.

\`ce_mode\` is \`backfill\` for the days before the connection, \`reconcile\` for deletions, and \`live\` for all else. \`ce_time\` and \`polarModifiedAt\` say when
it changed at Polar, where the provider tells it; \`observedAt\` when the bridge saw it. \`utcOffsetMinutes\` is null until the athlete's data tells it.
\`data\` has Polar's own names.

Besides those below there are, on the connection topic, \`ConnectionRestored\` (consent was given again), \`ScopesChanged\`, \`AccessTokenRefreshFailed\` (five
failures in a row; passing), \`ConsentRevoked\` (the athlete has to give consent again; delete what you have) and \`ConnectionRemoved\` (the tenant
disconnected the athlete; delete what you have); on the polling topic \`SyncStalled\` and \`SyncRecovered\` (a resource of an athlete fails, and
answers again) and \`PollWindowSkipped\` (a day that keeps failing was given up for a week); and \`SleepDeleted\` and \`NightlyRechargeDeleted\`, which look like
\`SessionDeleted\`.
`;

function section(type: string, when: string, event: ReceivedEvent | undefined): string {
  if (event === undefined) return `### ${type}\n\n${when}\n`;
  const headers = Object.entries(event.attributes)
    .map(([name, value]) => `${name === 'content-type' ? name : `ce_${name}`}: ${value}`)
    .join('\n');
  return `### ${type}\n\n${when}\n\n\`\`\`text\nkey: ${event.key}\n${headers}\n\`\`\`\n\n\`\`\`json\n${JSON.stringify(shortened(event.payload), null, 2)}\n\`\`\`\n`;
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    const first = value.slice(0, 3).map(shortened);
    return value.length > 3 ? [...first, '...'] : first;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, shortened(inside)]));
}
