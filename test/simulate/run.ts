import { setImmediate as turn } from 'node:timers';
import type { Fault } from './faults.ts';
import { Scene, type SceneOptions } from './scene.ts';
import { takeOverTimers } from './time/timers.ts';
import type { Deed } from './world/script.ts';

export interface Verdict {
  readonly seed: string;
  readonly faults: readonly Fault[];
  readonly deeds: readonly Deed[];
  /** What must not be; empty when all is well. */
  readonly problems: readonly string[];
  readonly steps: number;
  readonly events: number;
}

let running: Scene | undefined;
let unhandled: unknown[] = [];
takeOverTimers(() => running?.scheduler);
process.on('unhandledRejection', (error) => unhandled.push(error));

/** Plays one seed from its beginning to its end. The same options always lead to the same verdict, step by step. */
export async function run(options: SceneOptions): Promise<Verdict> {
  const scene = new Scene(options);
  running = scene;
  unhandled = [];
  const problems = await scene.play();
  // Node tells of rejections that nobody has handled when nothing else is left to do.
  await new Promise((resolve) => void turn(resolve));
  running = undefined;
  const { faults, deeds, events, scheduler } = scene;
  const died = unhandled.map((error) => `unhandled, which would end the process: ${String(error)}`);
  return { seed: options.seed, faults, deeds, problems: [...problems, ...died], steps: scheduler.steps, events };
}
