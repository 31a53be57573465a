import { isIP } from 'node:net';
import 'reflect-metadata';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, Matches, Max, Min, ValidateBy, type ValidationOptions } from 'class-validator';

/** Class-validator's decorators put together for variables. Each message says what is allowed. */
const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };

const secrets = Symbol('secrets');

/** The value is never printed, and may come from the file that NAME_FILE names. */
export const Secret = (): PropertyDecorator => (target, key) => {
  const known = (Reflect.getMetadata(secrets, target) ?? []) as readonly string[];
  Reflect.defineMetadata(secrets, [...known, String(key)], target);
};

export const secretsOf = (type: new () => object): readonly string[] =>
  (Reflect.getMetadata(secrets, type.prototype as object) ?? []) as readonly string[];

const numeric = Transform(({ value }) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value));

export const WholeNumber = (least: number, most: number): PropertyDecorator => {
  const message = `a whole number from ${String(least)} to ${String(most)}`;
  return all(numeric, IsInt({ message }), Min(least, { message }), Max(most, { message }));
};

export const OneOf = (values: readonly string[]): PropertyDecorator =>
  IsIn(values, { message: `one of ${values.join(', ')}` });

export const Flag = (): PropertyDecorator =>
  all(
    Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: 'true or false' }),
  );

export const Text = (pattern: RegExp, message: string): PropertyDecorator => Matches(pattern, { message });

const pair = /^\s*([^\s=,]+)\s*=\s*([^,]*?)\s*$/;

/** What the standard of OpenTelemetry writes as `name=value,name=value`, values percent-encoded. */
export const Pairs = (): PropertyDecorator =>
  rule('pairs', 'name=value, comma separated, values percent-encoded', undefined, (value) => {
    try {
      return Object.keys(pairsOf(String(value))).length === String(value).split(',').length;
    } catch {
      return false;
    }
  });

/** @throws URIError where a value is not percent-encoded as it has to be */
export function pairsOf(text = ''): Readonly<Record<string, string>> {
  const found = text.split(',').flatMap((one) => {
    const [, name, value] = pair.exec(one) ?? [];
    return name === undefined || value === undefined ? [] : [[name, decodeURIComponent(value)] as const];
  });
  return Object.fromEntries(found);
}

/** A list of addresses and networks: `10.0.0.0/8, 127.0.0.1, fd00::/8`. */
export const Networks = (): PropertyDecorator =>
  all(
    Transform(({ value }) => (typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value)),
    rule('networks', 'IP addresses and networks, comma separated: 10.0.0.0/8, 127.0.0.1', undefined, (value) =>
      (value as readonly string[]).every(isNetwork),
    ),
  );

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}

/** An absolute URL of one of the protocols, e.g. `['redis:', 'rediss:']`. */
export const UrlOf = (protocols: readonly string[], options?: ValidationOptions): PropertyDecorator =>
  rule(
    'urlOf',
    `a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    options,
    (value) => {
      return typeof value === 'string' && URL.canParse(value) && protocols.includes(new URL(value).protocol);
    },
  );

/** What is said of a URL that is refused. */
export const httpUrlAllowed = 'a URL that starts with http:// or https://, without user and password';

/** Whether a service can be asked there. A user and a password would stand in logs and errors, and fetch takes none. */
export function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

export const HttpUrl = (options?: ValidationOptions): PropertyDecorator =>
  rule('httpUrl', httpUrlAllowed, options, isHttpUrl);

export const rule = (
  name: string,
  message: string,
  options: ValidationOptions | undefined,
  validate: (value: unknown) => boolean,
): PropertyDecorator => ValidateBy({ name, validator: { validate } }, { message, ...options });

/** Allowed beside the other variables. */
export const FitsTo = <Env>(message: string, fits: (value: unknown, env: Env) => boolean): PropertyDecorator =>
  ValidateBy(
    { name: 'fitsTo', validator: { validate: (value, given) => fits(value, given?.object as Env) } },
    { message },
  );
