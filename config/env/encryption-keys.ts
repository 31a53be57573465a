import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';

/** A 256-bit key. The id stands beside everything that was sealed with it, so that keys can be rotated. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Buffer;
}

/** What is wrong with the text, without a byte of it. */
class Unreadable {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** `id:base64,id:base64`: the first one seals, all of them open. */
export const EncryptionKeys = (): PropertyDecorator => (target, key) => {
  Transform(({ value }) => (typeof value === 'string' ? parseEncryptionKeys(value) : value))(target, key);
  ValidateBy({
    name: 'encryptionKeys',
    validator: {
      validate: (value: unknown) => Array.isArray(value),
      defaultMessage: (args?: ValidationArguments) => {
        const value: unknown = args?.value;
        const problem = value instanceof Unreadable ? ` (${value.problem})` : '';
        return `id:base64 pairs, comma separated, 32 bytes each (openssl rand -base64 32)${problem}`;
      },
    },
  })(target, key);
};

function parseEncryptionKeys(text: string): readonly EncryptionKey[] | Unreadable {
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, base64] = /^([a-zA-Z0-9_-]{1,32}):([A-Za-z0-9+/]+={0,2})$/.exec(entry.trim()) ?? [];
    const nth = `entry ${String(index + 1)}`;
    if (id === undefined || base64 === undefined) return new Unreadable(`${nth} is not id:base64`);
    const key = Buffer.from(base64, 'base64');
    if (key.length !== 32) return new Unreadable(`${nth} has ${String(key.length)} bytes`);
    if (keys.some((other) => other.id === id)) return new Unreadable(`${nth} repeats the id ${id}`);
    keys.push(Object.freeze({ id, key }));
  }
  return Object.freeze(keys);
}
