import { documentedQuota } from '#core';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, Matches } from 'class-validator';
import { About, Between, EachRule, ListOf, MayBeAbsent, Nested, Rule } from './tenants.decorators.ts';
import { type UrlKind, baseUrl, isUrl, pageUrl } from './tenants.urls.ts';

/**
 * The tenant file as it is written: every rule that concerns one value, from which the JSON Schema is made too. Rules between
 * values stand in `tenants.rules.ts`.
 */

const Text = (pattern: RegExp, message: string): PropertyDecorator => Matches(pattern, { message });

const Url = (kind: UrlKind): PropertyDecorator =>
  Rule('url', kind.allowed, (value) => isUrl(value, kind), { schema: () => urlSchema(kind) });

const urlSchema = ({ pattern }: UrlKind) => ({ type: 'string', pattern: pattern.source });

/** Exactly one of the two. The secret itself never stands in the tenant file. */
export function isSecretSource(value: unknown): value is SecretSource {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  const [key, text] = entries[0] ?? [];
  return entries.length === 1 && (key === 'env' || key === 'file') && typeof text === 'string' && /\S/.test(text);
}

const secretSchema = (key: 'env' | 'file', description: string) => ({
  type: 'object',
  properties: { [key]: { type: 'string', pattern: String.raw`\S`, description } },
  required: [key],
  additionalProperties: false,
});

export type SecretSource = { readonly env: string } | { readonly file: string };

export class PolarEntry {
  @About('The client id that Polar gave. In quotes if it has only digits. No other tenant may have it.')
  @Text(/^\S{1,200}$/u, 'the client id that Polar gave (in quotes if it has only digits)')
  clientId!: string;

  @About('Where the client secret is found, never the secret itself. It may change while the services run.')
  @Rule('secretSource', '{ env: NAME } or { file: PATH }, never the secret itself', isSecretSource, {
    schema: () => ({
      oneOf: [
        secretSchema('env', 'Name of an environment variable of the auth service.'),
        secretSchema(
          'file',
          'Path of a file that the auth service can read, such as one of a mounted Kubernetes Secret.',
        ),
      ],
    }),
  })
  clientSecret!: SecretSource;

  @About('Where the data is fetched.')
  @Url(baseUrl)
  apiUrl = 'https://www.polaraccesslink.com/v4/data';

  @About('Where athletes consent and tokens are refreshed.')
  @Url(baseUrl)
  authUrl = 'https://auth.polar.com/oauth';
}

export class QuotaEntry {
  @About('At most so many requests in any window of this length, over all replicas.')
  @Between(1, 10_000_000)
  requests!: number;

  @About('Length of the window. One limit per length.')
  @Between(1, 2_678_400)
  seconds!: number;
}

export class PollingEntry {
  @About("Shortest pause between two polls of one athlete's resource, at most maxSeconds.")
  @Between(1, 86_400)
  minSeconds = 300;

  @About(
    "Longest pause between two polls of one athlete's resource, unless such pauses alone take more than half of the quota.",
  )
  @Between(1, 2_678_400)
  maxSeconds = 43_200;

  @About('How many days before the connection are fetched once.')
  @Between(0, 3650)
  backfillDays = 28;

  @About('A deletion needs two listings this far apart that lack the item.')
  @Between(1, 2_678_400)
  confirmDeletionSeconds = 3600;

  @About('A closed day is final after this long without a change.')
  @Between(1, 2_678_400)
  finaliseSeconds = 86_400;
}

export class TopicsEntry {
  /** Kafka allows 249 characters in a topic; the rest is for the resource's part. */
  @About(
    'What the names of the topics begin with; `polar.<id>` unless given. No prefix may lie within that of another tenant.',
  )
  @MayBeAbsent()
  @Text(
    /^[a-zA-Z0-9_-]([a-zA-Z0-9._-]{0,178}[a-zA-Z0-9_-])?$/,
    '1 to 180 of a-z, A-Z, 0-9, ".", "_" and "-", with no "." at an end',
  )
  prefix?: string;

  @About('Partitions of a topic when it is made. They are never changed later: keys would move.')
  @Between(1, 1000)
  partitions = 6;

  @About('Copies of a topic when it is made, at most the number of brokers.')
  @Between(1, 15)
  replication = 3;

  @About('How long a topic keeps its events, set when it is made.')
  @Between(1, 876_000)
  retentionHours = 168;

  @About(
    "Copies that have to have an event before it counts as written, set when a topic is made; else the cluster's default.",
  )
  @MayBeAbsent()
  @Between(1, 15)
  minInsyncReplicas?: number;

  @About(
    "The largest batch that a topic takes, set when it is made; else the cluster's default. Events have 950 000 bytes at most.",
  )
  @MayBeAbsent()
  @Between(1_000_000, 100_000_000)
  maxMessageBytes?: number;

  @About('Whether there are compacted topics `<prefix>.<topic>.state.v1` with the newest state of everything.')
  @IsBoolean({ message: 'true or false' })
  state = false;
}

/** One line of text that stays where it is put: signs that break the line or turn its direction are none of a name. */
const nameForPeople = /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,80}(?<!\s)$/u;
const nameMessage = '1 to 80 characters, without control characters and without spaces at the ends';

export class TenantEntry {
  @About('Names the tenant in routes, events and logs. It stays the same for ever: the data hangs on it.')
  @Text(/^[a-z0-9-]{1,40}$/, '1 to 40 of a-z, 0-9 and -')
  id!: string;

  @About('What athletes know the tenant by; the id unless given.')
  @MayBeAbsent()
  @Text(nameForPeople, nameMessage)
  name?: string;

  @About('True: no polls, no access tokens, no new connects. Consents are kept alive, and later polls catch up.')
  @IsBoolean({ message: 'true or false' })
  paused = false;

  @About('The client at Polar.')
  @Nested(() => PolarEntry, 'a mapping with clientId and clientSecret')
  polar!: PolarEntry;

  @About('What Polar allows the client: at most 8 limits, and all of them hold.')
  @ListOf(() => QuotaEntry, 'a list of 1 to 8 { requests, seconds }', '{ requests, seconds }')
  @ArrayNotEmpty({ message: 'a list of 1 to 8 { requests, seconds }' })
  @ArrayMaxSize(8, { message: 'a list of 1 to 8 { requests, seconds }' })
  quota: QuotaEntry[] = documentedQuota.map((limit) => Object.assign(new QuotaEntry(), limit));

  @About('Where an athlete may be sent after the consent, character by character.')
  @IsArray({ message: 'a list of URLs' })
  @EachRule('urls', pageUrl.allowed, (value) => isUrl(value, pageUrl), {
    schema: () => ({ items: urlSchema(pageUrl) }),
  })
  returnUrls: string[] = [];

  @About('What is polled: `all`, or a list of resource names.')
  @Rule('resources', 'all, or a list of resource names', (value) => value === 'all' || isFilledList(value), {
    schema: (names) => ({
      anyOf: [{ const: 'all' }, { type: 'array', items: { enum: names }, minItems: 1, uniqueItems: true }],
    }),
  })
  resources: 'all' | string[] = 'all';

  @About('How eagerly the athletes are polled.')
  @Nested(() => PollingEntry)
  polling = new PollingEntry();

  @About("The tenant's topics on Kafka.")
  @Nested(() => TopicsEntry)
  topics = new TopicsEntry();
}

export class TenantsDocument {
  @About('One entry per tenant.')
  @ListOf(() => TenantEntry, 'a list of at least one tenant', 'a mapping with id and polar')
  @ArrayNotEmpty({ message: 'a list of at least one tenant' })
  tenants!: TenantEntry[];
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
