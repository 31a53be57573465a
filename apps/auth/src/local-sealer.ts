import { createCipheriv, createDecipheriv } from 'node:crypto';
import { BridgeError } from '#core';
import type { EncryptionKey } from '#config';
import { Sealer, type SealContext } from './ports.ts';

const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under keys of the environment. A sealed value is the IV, the tag and the ciphertext; the key's id is kept
 * beside it.
 */
export class LocalSealer extends Sealer {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly current: EncryptionKey;
  private readonly random: (bytes: number) => Buffer;

  /** @param keys the first one seals, all of them open */
  constructor(keys: readonly EncryptionKey[], random: (bytes: number) => Buffer) {
    super();
    const current = keys[0];
    if (current === undefined) throw new BridgeError('CONFIG_INVALID', 'ENCRYPTION_KEYS holds no key');
    this.current = current;
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
    this.random = random;
  }

  override get keyId(): string {
    return this.current.id;
  }

  // oxlint-disable-next-line typescript/require-await -- the port is for keys that are elsewhere, too
  override async seal(text: string, context: SealContext): Promise<Buffer> {
    const iv = this.random(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.current.key, iv).setAAD(aad(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  // oxlint-disable-next-line typescript/require-await -- as above
  override async open(keyId: string, sealed: Buffer, context: SealContext): Promise<string> {
    const key = this.keys.get(keyId);
    if (key === undefined) throw unopenable(keyId, 'is not in ENCRYPTION_KEYS: add it after the current one');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAAD(aad(context)).setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    } catch {
      throw unopenable(keyId, 'does not open them: its id is used for another key now, or the row was altered');
    }
  }
}

const aad = ({ tenant, connection, field }: SealContext): Buffer => Buffer.from(`${tenant}|${connection}|${field}`);

const unopenable = (keyId: string, why: string): BridgeError =>
  new BridgeError('CONFIG_INVALID', `Stored tokens were sealed with the encryption key "${keyId}", which ${why}.`);
