import { HOUR } from '../calendar.ts';
import type { World } from './world.ts';

const TICK_MILLIS = 100;

/** Keeps the world going: so many watch syncs per connected athlete per hour, at random moments. */
export class Pacer {
  /** Steps per connected athlete per hour; 0 is quiet. May be set at any time. */
  pace: number;
  private readonly world: World;
  private timer: NodeJS.Timeout | undefined;
  private last = Date.now();
  private due = 0;

  constructor(world: World, pace: number) {
    this.world = world;
    this.pace = pace;
  }

  start(): void {
    this.last = Date.now();
    this.timer = setInterval(() => this.tick(), TICK_MILLIS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** What is due is summed up over time, so a late or a missed tick loses nothing. */
  private tick(): void {
    const now = Date.now();
    const elapsed = now - this.last;
    this.last = now;
    if (this.pace <= 0) return;
    const crowd = this.world.connected();
    this.due += (this.pace * crowd.length * elapsed) / HOUR;
    while (this.due >= 1 && crowd.length > 0) {
      this.due -= 1;
      const athlete = crowd[Math.floor(Math.random() * crowd.length)];
      if (athlete) this.world.step({ athlete: athlete.profile.name });
    }
  }
}
