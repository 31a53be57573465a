import { parentPort } from 'node:worker_threads';
import { explain } from './explain.ts';
import { plants } from './planted/all.ts';
import { post } from './post.ts';
import { run } from './run.ts';

Error.stackTraceLimit = 0;

/** What a worker is asked to play. */
export interface Task {
  readonly seed: string;
  /** The name of a planted bug. */
  readonly plant?: string;
  readonly isExplained: boolean;
}

export interface Played {
  readonly task: Task;
  readonly problems: readonly string[];
  readonly steps: number;
  readonly events: number;
  /** The shortest trace, where it was asked for and there is something to explain. */
  readonly story: readonly string[];
}

async function play(task: Task): Promise<Played> {
  const plant = plants.find(({ name }) => name === task.plant);
  const verdict = await run({ seed: task.seed, ...(plant && { plant }) });
  const { problems, steps, events } = verdict;
  const story = task.isExplained && problems.length > 0 ? await explain(verdict, plant) : [];
  return { task, problems, steps, events, story };
}

const port = parentPort;
port?.on('message', (task: Task) => {
  void play(task).then((played) => post(port, played));
});
