import type { Random } from '../simulator/random.ts';
import type { Fault, Service } from './faults.ts';
import type { Process } from './time/process.ts';
import type { Scheduler } from './time/scheduler.ts';

export interface Call<Result> {
  /** `service.operation`, as faults name it. */
  readonly operation: string;
  /** What it does there: at once and as a whole. */
  readonly effect: () => Result;
  /** Whether there is anything in what it did for a fault to spoil: one that comes after the effect waits for that. */
  readonly matters?: (result: Result) => boolean;
  /** For the trace. */
  readonly about?: (result: Result) => string;
  /** Longest time there and back as a rule, in ms. */
  readonly longestMs?: number;
  /** A client that waits for the service to come back, instead of failing. */
  readonly waits?: boolean;
}

/** What a client of the service gets when its connection breaks: nobody knows what became of the call. */
export class ConnectionLost extends Error {
  constructor(operation: string) {
    super(`connection lost: ${operation}`);
  }
}

/** How many ways take long, and how long at most. */
const rare = 0.03;
const longestDelayMs = 3000;

type Armed = Extract<Fault, { readonly operation: string }>;

/** Between the processes and the services: every call takes its time there and back, and everything may happen on the way. */
export class Network {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #crash: (process: Process, downMs: number) => void;
  readonly #evict: () => void;
  readonly #note: (who: string, line: () => string) => void;
  readonly #armed: Armed[] = [];
  readonly #downUntil = new Map<Service, number>();

  constructor(
    scheduler: Scheduler,
    random: Random,
    {
      crash,
      evict,
      note,
    }: {
      readonly crash: (process: Process, downMs: number) => void;
      readonly evict: () => void;
      readonly note: (who: string, line: () => string) => void;
    },
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#crash = crash;
    this.#evict = evict;
    this.#note = note;
  }

  arm(fault: Armed): void {
    this.#armed.push(fault);
  }

  takeDown(service: Service, ms: number): void {
    this.#downUntil.set(service, Math.max(this.#downUntil.get(service) ?? 0, this.#scheduler.now + ms));
  }

  isDown(service: Service): boolean {
    return (this.#downUntil.get(service) ?? 0) > this.#scheduler.now;
  }

  /** @throws ConnectionLost; never comes back to a process that has crashed meanwhile */
  call<Result>(process: Process, call: Call<Result>): Promise<Result> {
    const never = new Promise<Result>(() => undefined);
    if (process.isDead) return never;
    const fault = this.#take(
      (one) => one.kind === 'crash' && one.when === 'before' && one.operation === call.operation,
    );
    if (fault?.kind === 'crash') {
      this.#crash(process, fault.downMs);
      return never;
    }
    const { longestMs = 20 } = call;
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void): void => {
        this.#scheduler.after(this.#delayOf(longestMs), process, settle);
      };
      const arrive = (): void => {
        const service = call.operation.split('.')[0] as Service;
        if (this.isDown(service)) {
          if (call.waits === true) {
            if (!process.isDead) this.#scheduler.at(this.#downUntil.get(service) ?? 0, undefined, arrive);
            return;
          }
          this.#note(process.name, () => `${call.operation}: the service is down`);
          answer(() => reject(new ConnectionLost(call.operation)));
          return;
        }
        this.#perform(process, call, answer, resolve, reject);
      };
      this.#scheduler.after(this.#delayOf(longestMs), undefined, arrive);
    });
  }

  /** Of one way, in ms: now and then it takes so long that much else may happen meanwhile. */
  #delayOf(longestMs: number): number {
    const draw = this.#random.next();
    return draw < rare ? (draw / rare) * longestDelayMs : draw * (longestMs / 2);
  }

  #perform<Result>(
    process: Process,
    { operation, effect, matters, about }: Call<Result>,
    answer: (settle: () => void) => void,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): void {
    try {
      const result = effect();
      this.#note(process.name, () => [operation, about?.(result)].filter(Boolean).join(': '));
      const isSpoilt = matters?.(result) !== false && this.#spoil(process, operation);
      answer(() => (isSpoilt ? reject(new ConnectionLost(operation)) : resolve(result)));
    } catch (error) {
      this.#note(process.name, () => `${operation}: ${error instanceof Error ? error.message : String(error)}`);
      answer(() => reject(error));
    }
  }

  /** What goes wrong once the effect is done. @returns whether the answer is lost */
  #spoil(process: Process, operation: string): boolean {
    const fault = this.#take((one) => one.operation === operation && !(one.kind === 'crash' && one.when === 'before'));
    if (fault?.kind === 'crash') this.#crash(process, fault.downMs);
    if (fault?.kind === 'evict') this.#evict();
    if (fault?.kind === 'freeze') {
      this.#note(process.name, () => `stands still for ${fault.ms / 1000} s`);
      process.frozenUntil = Math.max(process.frozenUntil, this.#scheduler.now + fault.ms);
    }
    if (fault?.kind !== 'lost') return false;
    this.#note(process.name, () => `${operation}: the answer is lost`);
    return true;
  }

  #take(matches: (fault: Armed) => boolean): Armed | undefined {
    if (this.#armed.length === 0) return undefined;
    const index = this.#armed.findIndex(matches);
    return index < 0 ? undefined : this.#armed.splice(index, 1)[0];
  }
}
