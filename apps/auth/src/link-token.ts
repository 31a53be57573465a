import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKey } from '#config';

export interface LinkClaim {
  /** UUID of the link's row. */
  readonly link: string;
  /** Epoch milliseconds, whole seconds. */
  readonly expiresAt: number;
}

/**
 * Signs connect links: `<link id>.<expiry>.<HMAC-SHA256>`, 74 characters. The signature lets a forged link be refused
 * without a look into the database; that it is used only once is the row's business.
 */
export class LinkSigner {
  private readonly keys: readonly Buffer[];

  /** @param keys the first one signs, all of them verify, so that a new key breaks no link that is under way */
  constructor(keys: readonly EncryptionKey[]) {
    this.keys = keys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', 'connect-link', 32)));
  }

  sign({ link, expiresAt }: LinkClaim): string {
    const id = Buffer.from(link.replaceAll('-', ''), 'hex').toString('base64url');
    const body = `${id}.${Math.floor(expiresAt / 1000).toString(36)}`;
    return `${body}.${this.mac(body, this.keys[0] ?? Buffer.alloc(0)).toString('base64url')}`;
  }

  /** @returns undefined when it is no link of ours; whether it has expired is for the caller to see */
  verify(token: string): LinkClaim | undefined {
    const [, body = '', id = '', expiry = '', mac = ''] =
      /^(([\w-]{22})\.([0-9a-z]{1,9}))\.([\w-]{43})$/.exec(token) ?? [];
    const given = Buffer.from(mac, 'base64url');
    const genuine = this.keys.some((key) => given.length === 32 && timingSafeEqual(given, this.mac(body, key)));
    if (!genuine) return undefined;
    const hex = Buffer.from(id, 'base64url').toString('hex');
    const link = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { link, expiresAt: Number.parseInt(expiry, 36) * 1000 };
  }

  private mac(body: string, key: Buffer): Buffer {
    return createHmac('sha256', key).update(body).digest();
  }
}
