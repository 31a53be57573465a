import { defineResource, range, textAt, type Fact, type UpstreamSchema } from '#core';
import { kindsIn } from '../one-of.ts';
import upstream from './upstream.json' with { type: 'json' };

const kinds = {
  note: 'NoteWritten',
  feeling: 'FeelingReported',
  feedback: 'FeedbackReceived',
  perceivedRecovery: 'PerceivedRecoveryReported',
  weight: 'WeightRecorded',
  physicalInformation: 'PhysicalInformationChanged',
} as const;

/** The diary: entries of six kinds. They have no id, so the moment that one was made stands for it. */
export const descriptor = defineResource({
  name: 'calendar',
  scope: 'calendar:read',
  topic: 'calendar',
  request: range({
    path: '/calendar/list',
    dialect: 'local-date-time',
    days: 90,
    watch: { before: 28, after: 0 },
    // What comes without them is not documented.
    features: ['notes', 'feeling', 'feedback', 'perceived-recovery', 'weight', 'physical-information'],
    pace: 72,
  }),
  envelope: [['entries'], ['data', 'entries']],
  schema: upstream as UpstreamSchema,
  entities: {
    entry: {
      events: {
        // For a kind that nobody foresaw: no other word says nothing wrong of it.
        recorded: 'CalendarEntryRevised',
        kinds,
        revised: 'CalendarEntryRevised',
        deleted: 'CalendarEntryDeleted',
      },
      volatile: Object.keys(kinds).map((kind) => `${kind}.modified`),
    },
  },
  facts: (entry): readonly Fact[] =>
    kindsIn(entry, Object.keys(kinds)).map(({ kind, value, item }) => ({
      entity: 'entry',
      kind,
      identity: [kind, textAt(value, 'created') ?? textAt(value, 'dateTime') ?? ''],
      date: (textAt(value, 'dateTime') ?? '').slice(0, 10),
      marker: textAt(value, 'modified') ?? null,
      content: item,
      polarModifiedAt: textAt(value, 'modified') ?? null,
      utcOffsetMinutes: null,
    })),
});
