import type { ReceivedEvent } from '../../deploy/local/quickstart/consume.ts';

/** When each event type is emitted, by topic; the page has them in this order. */
const catalogue: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  connection: {
    ConnectionEstablished: 'The athlete gave consent for the first time. The first event of every connection.',
  },
  polling: {
    BackfillStarted: 'The days before the connection begin to be fetched.',
    BackfillCompleted: 'All of them were fetched; `missingDays` were given up for now.',
  },
  session: {
    SessionRecorded: 'A session is there for the first time. The long series come as chunks.',
    SessionSamplesChunk:
      'One hour of samples of one exercise, as columns; in parts, where an hour is too much for one message. Only hours that are new or changed are sent.',
    SessionSamplesAvailable: 'All chunks of the session were sent; lists them with their hashes.',
    SessionRevised: 'The content of a session changed; `changedFields` says where.',
    SessionDeleted: 'Two complete listings, `confirmDeletionSeconds` apart, lacked it.',
  },
  sleep: {
    SleepRecorded: 'A night is there for the first time, with its hypnogram.',
    SleepScored: 'The sleep score of a night appeared.',
    SleepRevised: 'A night was trimmed, rated or scored again.',
  },
  'nightly-recharge': {
    NightlyRechargeCalculated: 'The Nightly Recharge of a night was calculated.',
    NightlyRechargeRevised: 'It was calculated again, with another result.',
  },
  'heart-rate': {
    HeartRateDayChunk:
      'One hour of a day. Only hours that are new or changed are sent; a null is a gap that the provider marked.',
    HeartRateDayUpdated: 'The day is new or has grown. Comes after its chunks and lists them with their hashes.',
    HeartRateDayFinalized: 'The day is over and has not changed for `finaliseSeconds`.',
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
