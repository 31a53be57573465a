import type { FactoryProvider, OnApplicationBootstrap, OnModuleDestroy, Type } from '@nestjs/common';
import { AppLogger } from './logger.ts';

/** Something that is read from a file which may change while the process runs. */
export interface Reloadable {
  /**
   * Takes a changed file over as a whole or not at all.
   * @returns whether anything is different now
   * @throws whatever is wrong with the file; what was there before stays in force
   */
  reload(): boolean;
}

/** Looks at a file again and again. A broken one changes nothing; it is told once, and again when something else is wrong. */
export class Reloading implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly what: string;
  private readonly file: Reloadable;
  private readonly log: AppLogger;
  private readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private complaint: string | undefined;

  constructor(what: string, file: Reloadable, log: AppLogger, everyMs = 10_000) {
    this.what = what;
    this.file = file;
    this.log = log;
    this.everyMs = everyMs;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), this.everyMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** @returns whether anything is different now */
  look(): boolean {
    const { what, log } = this;
    try {
      const changed = this.file.reload();
      if (changed) log.info('file taken over', { what });
      else if (this.complaint !== undefined) log.info('file is good again, and as it was', { what });
      this.complaint = undefined;
      return changed;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.complaint) log.warn('file not taken over, the one before stays in force', { what, reason });
      this.complaint = reason;
      return false;
    }
  }
}

/** Has what stands behind an injection token reloaded for as long as the app runs. */
export function provideReloading(what: string, token: symbol | Type | (abstract new () => object)): FactoryProvider {
  return {
    provide: Reloading,
    useFactory: (file: Reloadable, log: AppLogger) => new Reloading(what, file, log),
    inject: [token, AppLogger],
  };
}
