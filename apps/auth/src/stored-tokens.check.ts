import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Optional, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AppLogger, isPassing } from '#platform';
import { CredentialStore, Sealer, type Credentials } from './ports.ts';
import { openTokens } from './vault.ts';

/**
 * Better no start than a service that takes every athlete for lost because a key is missing. A database that is away is
 * waited for: a supervisor would only start us again, later each time.
 */
@Injectable()
export class StoredTokensCheck implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly credentials: CredentialStore;
  private readonly sealer: Sealer;
  private readonly log: AppLogger;
  private readonly pauseMs: number;
  private readonly stop = new AbortController();

  constructor(credentials: CredentialStore, sealer: Sealer, log: AppLogger, @Optional() pauseMs = 1_000) {
    this.credentials = credentials;
    this.sealer = sealer;
    this.log = log;
    this.pauseMs = pauseMs;
  }

  /** @throws BridgeError CONFIG_INVALID that names the key and what to do; the database's error, where waiting does not help */
  async onApplicationBootstrap(): Promise<void> {
    for (const row of await this.samples()) await openTokens(this.sealer, row);
  }

  onModuleDestroy(): void {
    this.stop.abort();
  }

  private async samples(): Promise<readonly Credentials[]> {
    while (!this.stop.signal.aborted) {
      try {
        return await this.credentials.samplePerKey();
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.log.warn('waiting for the database', { error });
        await sleep(this.pauseMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
    return [];
  }
}
