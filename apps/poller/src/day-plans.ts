import { setImmediate as breath } from 'node:timers/promises';
import { flatPlan, flatProfile, planDayInSteps, profileOf, type DayPlan, type DayProfile } from '#core';
import type { StoredProfile } from '#store';

interface Planned {
  readonly profile: DayProfile;
  readonly plan: DayPlan;
}

const flat: Planned = { profile: flatProfile, plan: flatPlan };
/** A plan is made anew when some quarter of an hour weighs so much more or less than before. */
const turn = 0.1;

/**
 * The plan of the day for each tenant and resource that is asked for, made in between other work: one takes half a second.
 * Until it is made, the one before is good enough, or the flat one.
 */
export class DayPlans {
  readonly #planned = new Map<string, Planned>();
  /** What nobody has asked for since. */
  readonly #noted = new Map<string, StoredProfile>();
  readonly #wanted = new Map<string, DayProfile>();
  #making: Promise<void> | undefined;
  #isStopped = false;

  of(tenant: string, resource: string): Planned {
    const key = `${tenant} ${resource}`;
    const noted = this.#noted.get(key);
    if (noted !== undefined) {
      this.#noted.delete(key);
      this.#want(key, profileOf(noted.slots, noted.days));
    }
    return this.#planned.get(key) ?? flat;
  }

  /** @returns whether it is made of the newest profile; if not, it will be soon */
  isNewest(tenant: string, resource: string): boolean {
    this.of(tenant, resource);
    return !this.#wanted.has(`${tenant} ${resource}`);
  }

  note(profile: StoredProfile): void {
    this.#noted.set(`${profile.tenant} ${profile.resource}`, profile);
  }

  /** Resolves when all plans that were wanted are made. */
  async made(): Promise<void> {
    await this.#making;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#making;
  }

  #want(key: string, profile: DayProfile): void {
    if (!this.#hasMoved(key, profile)) {
      this.#wanted.delete(key);
      return;
    }
    this.#wanted.set(key, profile);
    this.#making ??= this.#make().finally(() => (this.#making = undefined));
  }

  #hasMoved(key: string, profile: DayProfile): boolean {
    const { profile: before } = this.#planned.get(key) ?? flat;
    return profile.some((weight, slot) => Math.abs(weight - (before[slot] ?? 1)) > turn);
  }

  async #make(): Promise<void> {
    for (let [next] = this.#wanted; next !== undefined; [next] = this.#wanted) {
      const [key, profile] = next;
      const plan = await this.#planOf(profile);
      if (plan === undefined) return;
      if (!this.#wanted.has(key)) continue;
      this.#planned.set(key, { profile, plan });
      // Another may have come meanwhile, which most of the time is not worth a plan any more.
      const newest = this.#wanted.get(key) ?? profile;
      if (!this.#hasMoved(key, newest)) this.#wanted.delete(key);
    }
  }

  async #planOf(profile: DayProfile): Promise<DayPlan | undefined> {
    const steps = planDayInSteps(profile);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      await breath();
      if (this.#isStopped) return undefined;
    }
  }
}
