import type { EventContract } from './event-contract.ts';
import type { Schema } from './schema.ts';

/** Events that no resource makes. A type that stands in the code and not here fails the check (`own-events.spec.ts`). */
export function ownEvents(): readonly EventContract[] {
  return [...of('connection', 'connection', connection), ...of('polling', 'polling', polling), drift, deviceSync];
}

interface OwnEvent {
  readonly ofClient?: 'sometimes';
  readonly description: string;
  readonly identity: readonly string[];
  readonly data: Schema;
}

const text = (description: string): Schema => ({ description, type: 'string' });
const texts = (description: string): Schema => ({ description, type: 'array', items: { type: 'string' } });
const moment = (description: string): Schema => ({ description, type: 'string', format: 'date-time' });
const day = (description: string): Schema => ({ description, type: 'string', format: 'date' });
const days = (description: string): Schema => ({
  description,
  type: 'array',
  items: { type: 'string', format: 'date' },
});
const count = (description: string): Schema => ({ description, type: 'integer', minimum: 1 });

function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: true };
}

const scopes = texts('OAuth scopes that the athlete granted, sorted.');
const resource = text('Name of the resource, such as `sleeps`.');
const reason = text('Why, as a code for programs. More codes may come.');
const consented = object({
  reason,
  scopes,
  polarUserId: {
    description: "The athlete's id at Polar; null while Polar does not tell it.",
    type: ['string', 'null'],
  },
});
const over = object({
  reason,
  deletionRequired: { description: "Polar's licence asks to delete what you have of the athlete.", const: true },
});

const connectionId = ['id of the connection'];
const connection: Readonly<Record<string, OwnEvent>> = {
  ConnectionEstablished: {
    description:
      'The athlete gave consent for the first time: `ce_sequence` 1. Order holds inside a topic, so the events of other topics may be read before it.',
    identity: connectionId,
    data: consented,
  },
  ConnectionRestored: {
    description:
      'It is polled as it should be: consent was given again (`consent_given`), it was paused (`resumed`), or access tokens can be refreshed again (`refresh_recovered`).',
    identity: connectionId,
    data: consented,
  },
  ScopesChanged: {
    description: 'The athlete granted other scopes than before.',
    identity: connectionId,
    data: object({
      scopes,
      added: texts('Scopes that are new, sorted.'),
      removed: texts('Scopes that are gone, sorted.'),
    }),
  },
  AccessTokenRefreshFailed: {
    description:
      'Access tokens could not be refreshed several times in a row. ConnectionRestored or ConsentRevoked follows.',
    identity: connectionId,
    data: object({ reason, failures: count('Failures in a row.') }),
  },
  ConnectionPaused: {
    description:
      'The tenant has paused it: there is no news of the data until ConnectionRestored, which is followed by all that happened meanwhile.',
    identity: connectionId,
    data: object({ reason }),
  },
  ConsentRevoked: {
    description:
      'The consent is gone: the athlete has to give it again, and there is no news until then. Delete what you have of the athlete if `deletionRequired` says so: all of it is told anew after ConnectionRestored then.',
    identity: connectionId,
    data: object({
      reason,
      deletionRequired: {
        description:
          "Whether Polar's licence asks to delete what you have of the athlete. False where an answer of Polar's was lost on the way and nobody has withdrawn anything: it goes on where it stopped.",
        type: 'boolean',
      },
    }),
  },
  ConnectionRemoved: {
    description: 'The tenant disconnected the athlete. Delete what you have of the athlete.',
    identity: connectionId,
    data: over,
  },
  ConnectionErased: {
    description:
      'The athlete was erased, and this is the last event of the connection; each connection that there was with the same user reference has one. Delete everything that you have of the athlete, this user reference too.',
    identity: connectionId,
    data: over,
  },
};

const startedAt = moment('When it began: names the backfill.');
const from = day('First day, local to the athlete.');
const to = day('The day after the last one.');
const counts: Schema = {
  description: 'How many events it has told, by type.',
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 1 },
};
const requestsUsed: Schema = { description: 'Requests that it has cost.', type: 'integer', minimum: 0 };
const stalledSince = moment('Since when the resource fails.');
const polling: Readonly<Record<string, OwnEvent>> = {
  BackfillStarted: {
    description:
      'Days of the past begin to be fetched: of those before the connection, those that somebody asks for, or those that a watch has brought late.',
    identity: ['start of the backfill'],
    data: object({
      startedAt,
      from,
      to,
      origin: {
        description:
          'What began it: `connect`, `demand`, or `device`, a watch that synced after a while. More may come.',
        type: 'string',
      },
      resources: texts('Names of the resources that are fetched.'),
    }),
  },
  BackfillProgressed: {
    description: 'All of its days were fetched of one of the resources, and others are left.',
    identity: ['start of the backfill', 'resource'],
    data: object({
      startedAt,
      from,
      to,
      resource,
      left: texts('Names of the resources that are still fetched, sorted.'),
      counts,
      requestsUsed,
    }),
  },
  BackfillCompleted: {
    description: 'All of its days were fetched, or it was cancelled.',
    identity: ['start of the backfill'],
    data: object({
      startedAt,
      from,
      to,
      cancelled: { description: 'Somebody has ended it before all was fetched.', type: 'boolean' },
      counts,
      requestsUsed,
      missingDays: days(
        'Days that were given up for now; they follow when they can be read. Of a cancelled one also those that were not read of all of its resources.',
      ),
    }),
  },
  SyncStalled: {
    // Sports are polled for all athletes at once.
    ofClient: 'sometimes',
    description:
      'A resource of an athlete, or of all of them, fails again and again: there is no news of it until SyncRecovered.',
    identity: ['resource', 'since when it fails'],
    data: object({ resource, stalledSince, failures: count('Failures in a row.'), reason }),
  },
  SyncRecovered: {
    ofClient: 'sometimes',
    description: 'A resource that was told of by SyncStalled answers again.',
    identity: ['resource', 'since when it failed'],
    data: object({ resource, stalledSince }),
  },
  PollWindowSkipped: {
    description: 'A day that keeps failing was given up for a while; its events come when it can be read.',
    identity: ['resource', 'day', 'when it was given up'],
    data: object({
      resource,
      date: day('The day, local to the athlete.'),
      tries: count('Tries so far.'),
      reason,
      retryAt: moment('When it is tried again.'),
    }),
  },
};

const drift: EventContract = {
  type: 'SchemaDriftDetected',
  topic: 'polling',
  resource: 'schema',
  ofClient: true,
  description:
    "An answer of Polar's is not as its schema says. Told once per tenant and deviation; the data pass through as they came.",
  identity: ['resource', 'path', 'kind', 'what was found'],
  changedFields: 'never',
  data: object({
    resource,
    path: text('Where, dotted, `[]` for the entries of a list; empty for the body itself.'),
    kind: {
      description:
        'What is otherwise than documented. `unknown_item` is an entry that could not be read, without its identity or its date; its neighbours were.',
      enum: ['unknown_field', 'unknown_value', 'other_type', 'unknown_item', 'unknown_envelope'],
    },
    found: text("The new value of an enumeration, the type, or the names of keys; never an athlete's data."),
  }),
  definitions: {},
};

const [deviceSync] = of('device', 'device-sync', {
  DeviceSynced: {
    description:
      'A watch has synced: derived from the first news of a resource that only a sync moves. Told once per sync; the news of its other resources come within minutes.',
    identity: ['when it was observed'],
    data: object({
      resource: text('The resource whose news told of it.'),
      days: days('Days that it has touched, as far as the news tell.'),
    }),
  },
}) as [EventContract];

function of(topic: string, resource: string, events: Readonly<Record<string, OwnEvent>>): readonly EventContract[] {
  return Object.entries(events).map(([type, event]) => ({
    type,
    topic,
    resource,
    ofClient: false,
    changedFields: 'never',
    definitions: {},
    ...event,
  }));
}
