import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CredentialStore, Sealer } from './ports.ts';
import { openTokens } from './vault.ts';

/** Better no start than a service that takes every athlete for lost because a key is missing. */
@Injectable()
export class StoredTokensCheck implements OnApplicationBootstrap {
  private readonly credentials: CredentialStore;
  private readonly sealer: Sealer;

  constructor(credentials: CredentialStore, sealer: Sealer) {
    this.credentials = credentials;
    this.sealer = sealer;
  }

  /** @throws BridgeError CONFIG_INVALID that names the key and what to do */
  async onApplicationBootstrap(): Promise<void> {
    for (const row of await this.credentials.samplePerKey()) await openTokens(this.sealer, row);
  }
}
