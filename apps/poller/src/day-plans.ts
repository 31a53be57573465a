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

/** The plan of the day for each tenant and resource, made in between other work: one takes half a second. */
export class DayPlans {
  readonly #planned = new Map<string, Planned>();
  readonly #wanted = new Map<string, DayProfile>();
  #making: Promise<void> | undefined;
  #isStopped = false;

  of(tenant: string, resource: string): Planned {
    return this.#planned.get(`${tenant} ${resource}`) ?? flat;
  }

  note({ tenant, resource, slots, days }: StoredProfile): void {
    const profile = profileOf(slots, days);
    const { profile: before } = this.of(tenant, resource);
    if (!profile.some((weight, slot) => Math.abs(weight - (before[slot] ?? 1)) > turn)) return;
    this.#wanted.set(`${tenant} ${resource}`, profile);
    this.#making ??= this.#make().finally(() => (this.#making = undefined));
  }

  /** Resolves when all plans that were wanted are made. */
  async made(): Promise<void> {
    await this.#making;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#making;
  }

  async #make(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const [key, profile] = next;
      const steps = planDayInSteps(profile);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) {
          this.#planned.set(key, { profile, plan: step.value });
          break;
        }
        await breath();
        if (this.#isStopped) return;
      }
    }
  }

  #take(): readonly [string, DayProfile] | undefined {
    const [next] = this.#wanted;
    if (next !== undefined) this.#wanted.delete(next[0]);
    return next;
  }
}
