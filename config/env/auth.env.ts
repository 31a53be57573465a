import { IsOptional } from 'class-validator';
import { HttpUrl, Networks, Secret, Text, UrlOf, WholeNumber } from './decorators.ts';
import { type EncryptionKey, EncryptionKeys } from './encryption-keys.ts';
import { ProgramEnv, ServiceEnv } from './shared.env.ts';

export class AuthEnv extends ServiceEnv {
  @WholeNumber(0, 65_535)
  override readonly PORT: number = 3001;

  /** Where pollers get access tokens, apart from what browsers and operators ask; PORT answers them, too, where it is not set. */
  @IsOptional()
  @WholeNumber(1, 65_535)
  readonly INTERNAL_PORT?: number;

  @Secret()
  @UrlOf(['redis:', 'rediss:'])
  readonly REDIS_URL!: string;

  /** How browsers reach this service: the base of the connect links and of the redirect URI registered at Polar. */
  @HttpUrl()
  readonly PUBLIC_URL!: string;

  @Secret()
  @Text(/^\S+$/, 'a random text without spaces (openssl rand -hex 32)')
  readonly ADMIN_TOKEN!: string;

  @Secret()
  @Text(/^\S+$/, 'a random text without spaces (openssl rand -hex 32), the same for auth and poller')
  readonly INTERNAL_TOKEN!: string;

  @Secret()
  @EncryptionKeys()
  readonly ENCRYPTION_KEYS!: readonly EncryptionKey[];

  /** Proxies in front of this service. What X-Forwarded-For says is believed from them only. */
  @Networks()
  readonly TRUSTED_PROXIES: readonly string[] = [];
}

/** What the program for encryption keys reads. */
export class KeysEnv extends ProgramEnv {
  @Secret()
  @EncryptionKeys()
  readonly ENCRYPTION_KEYS!: readonly EncryptionKey[];
}
