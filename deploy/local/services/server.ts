import { freePort } from './port.ts';
import type { Command, Running } from './process.ts';
import { launch, untilReady } from './process.ts';
import { reason } from './reason.ts';
import type { Sandbox } from './sandbox.ts';
import type { StopSignal } from './types.ts';

const PORT_ATTEMPTS = 5;
const STOP_GRACE_MS = 15_000;
const RESTART_TIMEOUT_MS = 60_000;
const PORT_TAKEN = /address already in use/i;

export interface ServerPlan {
  /** Writes what the server needs for this port and tells how to start it. Called again when the port was taken meanwhile. */
  readonly command: (port: number) => Promise<Command>;
  /** as in ServiceDefinition */
  readonly check: (port: number) => Promise<string | undefined>;
  /** the signal for an orderly end that does not wait for clients */
  readonly gentleSignal: NodeJS.Signals;
  /** a start that fails with this in its log after a SIGKILL may succeed a moment later */
  readonly passing?: RegExp;
}

export interface LocalServer {
  readonly port: number;
  readonly version: string | undefined;
  /** of the server that runs now, or ran last */
  readonly pid: number;
  restart(how: StopSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 and waits until it answers. @throws when it does not */
export async function startServer(sandbox: Sandbox, plan: ServerPlan): Promise<LocalServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const command = await plan.command(port);
    try {
      const { running, version } = await startOnce(sandbox, command, () => plan.check(port));
      return handle(sandbox, plan, command, port, running, version);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !PORT_TAKEN.test(reason(error))) throw error;
    }
  }
}

function handle(
  sandbox: Sandbox,
  plan: ServerPlan,
  command: Command,
  port: number,
  first: Running,
  version: string | undefined,
): LocalServer {
  let running = first;
  return {
    port,
    version,
    get pid() {
      return running.pid;
    },
    stop: () => running.stop(plan.gentleSignal, STOP_GRACE_MS),
    restart: async (how) => {
      await running.stop(how === 'SIGKILL' ? 'SIGKILL' : plan.gentleSignal, STOP_GRACE_MS);
      const deadline = performance.now() + RESTART_TIMEOUT_MS;
      for (;;) {
        try {
          running = (await startOnce(sandbox, command, () => plan.check(port))).running;
          return;
        } catch (error) {
          const passing = PORT_TAKEN.test(reason(error)) || plan.passing?.test(reason(error));
          if (!passing || performance.now() > deadline) throw error;
        }
      }
    },
  };
}

async function startOnce(
  sandbox: Sandbox,
  command: Command,
  check: () => Promise<string | undefined>,
): Promise<{ running: Running; version: string | undefined }> {
  const running = await launch(sandbox, command);
  try {
    return { running, version: await untilReady(command.title, check, running) };
  } catch (error) {
    await running.stop('SIGKILL', 0);
    throw error;
  }
}
