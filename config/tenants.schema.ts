import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

/** The tenant file as it is written: every rule that concerns one value. Rules between values stand in `tenants.rules.ts`. */

const Between = (least: number, most: number): PropertyDecorator => {
  const message = `a whole number from ${String(least)} to ${String(most)}`;
  return (target, key) => {
    for (const decorate of [IsInt({ message }), Min(least, { message }), Max(most, { message })]) decorate(target, key);
  };
};

const Nested = (type: () => new () => object): PropertyDecorator => {
  return (target, key) => {
    Type(type)(target, key);
    IsObject({ message: 'a mapping' })(target, key);
    ValidateNested({ message: 'a mapping' })(target, key);
  };
};

const ListOf = (type: () => new () => object, what: string): PropertyDecorator => {
  return (target, key) => {
    Type(type)(target, key);
    IsArray({ message: what })(target, key);
    ValidateNested({ each: true, message: what })(target, key);
  };
};

const Rule = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate } }, { message });

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

/** https, or http where nothing leaves the machine. */
function isSafeUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, hash } = new URL(value);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
}

const safeUrl = 'an https URL (http only for localhost), without user name and fragment';
const SafeUrl = (): PropertyDecorator => Rule('safeUrl', safeUrl, isSafeUrl);

/** Exactly one of the two. The secret itself never stands in the tenant file. */
function isSecretSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  const [key, text] = entries[0] ?? [];
  return entries.length === 1 && (key === 'env' || key === 'file') && typeof text === 'string' && text.trim() !== '';
}

export type SecretSource = { readonly env: string } | { readonly file: string };

export class PolarEntry {
  @IsDefined({ message: 'the client id that Polar gave (in quotes if it has only digits)' })
  @Matches(/^\S{1,200}$/, { message: 'the client id that Polar gave (in quotes if it has only digits)' })
  clientId!: string;

  @Rule('secretSource', '{ env: NAME } or { file: PATH }, never the secret itself', isSecretSource)
  clientSecret!: SecretSource;

  @SafeUrl()
  apiUrl = 'https://www.polaraccesslink.com/v4/data';

  @SafeUrl()
  authUrl = 'https://auth.polar.com/oauth';
}

export class QuotaEntry {
  @Between(1, 10_000_000)
  requests!: number;

  @Between(1, 2_678_400)
  seconds!: number;
}

export class PollingEntry {
  @Between(1, 86_400)
  minSeconds = 300;

  @Between(1, 2_678_400)
  maxSeconds = 43_200;

  @Between(0, 3650)
  backfillDays = 28;

  @Between(1, 2_678_400)
  confirmDeletionSeconds = 3600;

  @Between(1, 2_678_400)
  finaliseSeconds = 86_400;
}

export class TopicsEntry {
  /** `polar.<tenant>` unless given. Kafka allows 249 characters in a topic; the rest is for the resource's part. */
  @IsOptional()
  @Matches(/^(?!\.)[a-zA-Z0-9._-]{1,180}(?<!\.)$/, {
    message: '1 to 180 of a-z, A-Z, 0-9, ".", "_" and "-", with no "." at an end',
  })
  prefix?: string;

  @Between(1, 1000)
  partitions = 6;

  @Between(1, 15)
  replication = 3;

  @Between(1, 876_000)
  retentionHours = 168;

  @IsBoolean({ message: 'true or false' })
  state = false;
}

/** One line of text that stays where it is put: signs that break the line or turn its direction are none of a name. */
const nameForPeople = /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,80}(?<!\s)$/u;
const nameMessage = '1 to 80 characters, without control characters and without spaces at the ends';

export class TenantEntry {
  @IsDefined({ message: '1 to 40 of a-z, 0-9 and -' })
  @Matches(/^[a-z0-9-]{1,40}$/, { message: '1 to 40 of a-z, 0-9 and -' })
  id!: string;

  /** The id unless given. */
  @IsOptional()
  @Matches(nameForPeople, { message: nameMessage })
  name?: string;

  @IsBoolean({ message: 'true or false' })
  paused = false;

  @IsDefined({ message: 'a mapping with clientId and clientSecret' })
  @Nested(() => PolarEntry)
  polar!: PolarEntry;

  @ListOf(() => QuotaEntry, 'a list of { requests, seconds }')
  @ArrayNotEmpty({ message: 'a list of { requests, seconds }' })
  @ArrayMaxSize(8, { message: 'at most 8 windows' })
  quota: QuotaEntry[] = [
    Object.assign(new QuotaEntry(), { requests: 3000, seconds: 900 }),
    Object.assign(new QuotaEntry(), { requests: 100_000, seconds: 86_400 }),
  ];

  @IsArray({ message: 'a list of URLs' })
  @ValidateBy({ name: 'safeUrls', validator: { validate: isSafeUrl } }, { each: true, message: safeUrl })
  returnUrls: string[] = [];

  @Rule('resources', 'all, or a list of resource names', (value) => {
    return value === 'all' || (Array.isArray(value) && value.length > 0);
  })
  resources: 'all' | string[] = 'all';

  @Nested(() => PollingEntry)
  polling = new PollingEntry();

  @Nested(() => TopicsEntry)
  topics = new TopicsEntry();
}

export class TenantsDocument {
  @IsDefined({ message: 'a list of tenants' })
  @ListOf(() => TenantEntry, 'a list of tenants')
  @ArrayNotEmpty({ message: 'a list with at least one tenant' })
  tenants!: TenantEntry[];
}
