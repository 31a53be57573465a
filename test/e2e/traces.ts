import { createDecipheriv } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Database } from '#store';

/** Everything in the database as text, table by table: what a dump of it would hold. */
export async function dumpOf(db: Database): Promise<ReadonlyMap<string, string>> {
  const tables = await db.introspection.getTables();
  const dump = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.table(name)} t`.execute(
      db,
    );
    dump.set(`table ${name}`, rows.map(({ row }) => row).join('\n'));
  }
  return dump;
}

/** Every key of a Redis with its serialised value. */
export async function redisDump(url: string): Promise<ReadonlyMap<string, string>> {
  const redis = new Redis(url);
  const dump = new Map<string, string>();
  try {
    for await (const keys of redis.scanStream({ count: 1000 })) {
      for (const key of keys as string[])
        dump.set(`redis ${key}`, (await redis.dumpBuffer(key))?.toString('latin1') ?? '');
    }
  } finally {
    redis.disconnect();
  }
  return dump;
}

/** The logs in a folder. */
export async function logsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log') && name !== 'simulator.log');
  const read = async (name: string) => [`log ${name}`, await readFile(join(folder, name), 'utf8')] as const;
  return new Map(await Promise.all(names.map(read)));
}

/** Where one of the words stands, in the clear or as bytes in hexadecimal or base64. */
export function findings(texts: Iterable<readonly [string, string]>, words: readonly string[]): readonly string[] {
  const forms = words.flatMap((word) => {
    const bytes = Buffer.from(word);
    return [word, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')].map((form) => ({ word, form }));
  });
  return [...texts].flatMap(([place, text]) =>
    forms.filter(({ form }) => text.includes(form)).map(({ word }) => `${place}: ${word}`),
  );
}

/** All texts and numbers in a value that tell one person from another: long, with digits or an address, and no date or time. */
export function tellingParts(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(tellingParts);
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.length >= 8 && /[\d@]/.test(text) && !/^(\d{4}-\d\d|\d\d:\d\d|P)/.test(text) ? [text] : [];
}

/** Opens a sealed token: the IV, the tag and the ciphertext, with the tenant, the connection and the field as associated data. */
export function unsealed(key: Buffer, sealed: Buffer, aad: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(aad)).setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
}
