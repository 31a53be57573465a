import {
  defineResource,
  isJsonObject,
  listing,
  objectsAt,
  textAt,
  type Fact,
  type Json,
  type JsonObject,
  type UpstreamSchema,
} from '#core';
import { sampleChunks, withoutSeries } from './samples.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Training sessions: listed with their `modified`, read by the day they started on, their samples cut by the hour. */
export const descriptor = defineResource({
  name: 'training-sessions',
  scope: 'training_sessions:read',
  topic: 'session',
  request: listing({
    path: '/training-sessions/list',
    dialect: 'local-date-time',
    days: 90,
    watch: { before: 28, after: 0 },
    detail: {
      perDay: 0.55,
      features: [
        'samples',
        'test-results',
        'training-load-report',
        'laps',
        'hill-splits',
        'routes',
        'statistics',
        'zones',
        'pause-times',
        'strength-training-results',
        'comments',
      ],
    },
  }),
  envelope: [['trainingSessions']],
  schema: upstream as UpstreamSchema,
  entities: {
    session: {
      events: { recorded: 'SessionRecorded', revised: 'SessionRevised', deleted: 'SessionDeleted' },
      // Comments and test results are told for themselves, so the session is not revised by them.
      volatile: ['modified', 'exercises.*.modified', 'comments', 'testResults'],
    },
    test: { events: { recorded: 'InSessionTestCompleted', revised: 'InSessionTestCompleted' } },
    comment: { events: { recorded: 'SessionCommented', revised: 'SessionCommented' }, volatile: ['modified'] },
    chunk: { events: { recorded: 'SessionSamplesChunk', revised: 'SessionSamplesChunk' } },
    samples: { events: { recorded: 'SessionSamplesAvailable', revised: 'SessionSamplesAvailable' } },
  },
  hot: true,
  facts: (session, phase): readonly Fact[] => {
    const id = textAt(session, 'identifier', 'id') ?? '';
    const fact = (entity: string, identity: readonly string[], content: JsonObject | null): Fact => ({
      entity,
      identity,
      date: (textAt(session, 'startTime') ?? '').slice(0, 10),
      marker: textAt(session, 'modified') ?? null,
      content,
      polarModifiedAt: textAt(session, 'modified') ?? null,
      utcOffsetMinutes: typeof session['timezoneOffsetMinutes'] === 'number' ? session['timezoneOffsetMinutes'] : null,
    });
    if (phase === 'list') return [fact('session', [id], null)];

    const chunks = sampleChunks(session);
    return [
      fact('session', [id], withoutSamples(session)),
      ...testResults(session).map(({ kind, result }) =>
        fact('test', [id, kind], { session: id, testResults: { [kind]: result } }),
      ),
      ...objectsAt(session, 'comments').map((comment) => ({
        ...fact('comment', [id, commentId(comment)], { ...comment, session: id }),
        marker: textAt(comment, 'modified') ?? null,
        polarModifiedAt: textAt(comment, 'modified') ?? null,
      })),
      ...chunks.map((chunk) =>
        fact('chunk', [id, String(chunk.exercise), String(chunk.hour), String(chunk.part)], chunk.content),
      ),
      ...(chunks.length === 0
        ? []
        : [
            fact('samples', [id], {
              session: id,
              chunks: chunks.map(({ exercise, hour, part, types, hash }) => ({
                exercise,
                hour,
                part,
                types: [...types],
                hash,
              })),
            }),
          ]),
    ];
  },
});

/** A session holds one result of each kind of test at most: cycling, running, walking, and what may follow. */
function testResults(session: JsonObject): readonly { readonly kind: string; readonly result: Json }[] {
  const results = session['testResults'];
  return isJsonObject(results) ? Object.entries(results).map(([kind, result]) => ({ kind, result })) : [];
}

/** The documentation does not promise the id; it promises the moment. */
function commentId(comment: JsonObject): string {
  return textAt(comment, 'identifier', 'id') ?? textAt(comment, 'created') ?? '';
}

/** The session as an event: the long series are chunks of their own. */
function withoutSamples(session: JsonObject): JsonObject {
  const exercises = session['exercises'];
  if (!Array.isArray(exercises)) return session;
  return {
    ...session,
    exercises: exercises.map((exercise: Json) => (isJsonObject(exercise) ? withoutSeries(exercise) : exercise)),
  };
}
