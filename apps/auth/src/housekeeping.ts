import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppLogger, Clock } from '#platform';
import { ConsentStore, CredentialStore } from './ports.ts';
import { TokenCustody } from './token-custody.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Refresh tokens are said to live about 100 days (one live report); a third of that leaves room for many tries. */
const idleDays = 30;
const batch = 50;

/** What has to be done now and then: old links and states forgotten, idle consents kept alive. */
@Injectable()
export class Housekeeping {
  private readonly consents: ConsentStore;
  private readonly credentials: CredentialStore;
  private readonly custody: TokenCustody;
  private readonly clock: Clock;
  private readonly log: AppLogger;

  constructor(
    consents: ConsentStore,
    credentials: CredentialStore,
    custody: TokenCustody,
    clock: Clock,
    log: AppLogger,
  ) {
    this.consents = consents;
    this.credentials = credentials;
    this.custody = custody;
    this.clock = clock;
    this.log = log;
  }

  @Interval(hour)
  async tidy(): Promise<void> {
    try {
      await this.consents.sweep(new Date(this.clock.now() - day));
      await this.keepAllAlive(new Date(this.clock.now() - idleDays * day));
    } catch (error) {
      this.log.error('housekeeping failed', { error });
    }
  }

  /** Page by page through all of them: those that fail must not stand in the way of the others. */
  private async keepAllAlive(before: Date): Promise<void> {
    let page = await this.credentials.idleSince(before, batch);
    while (page.length > 0) {
      for (const id of page) await this.keepAlive(id);
      page = await this.credentials.idleSince(before, batch, page.at(-1));
    }
  }

  private async keepAlive(id: string): Promise<void> {
    try {
      await this.custody.accessToken(id);
    } catch (error) {
      this.log.warn('idle connection was not refreshed', { connection: id, error });
    }
  }
}
