/** A client in a process of its own, so that its CPU time is its own: `worker.ts kafkajs|platformatic`. */
import type { Done, Lane, OpenLane, Sent, Work } from './client.ts';
import { batchesOf } from './messages.ts';

const open: OpenLane =
  process.argv[2] === 'platformatic'
    ? (await import('./platformatic-lane.ts')).openPlatformaticLane
    : (await import('./kafkajs-lane.ts')).openKafkajsLane;

interface Prepared {
  readonly work: Work;
  readonly lanes: readonly { readonly lane: Lane; readonly batches: readonly (readonly Sent[])[] }[];
}

let prepared: Prepared | undefined;

process.on('message', (order: Work | 'go') => {
  void handle(order);
});
process.send?.('up');

async function handle(order: Work | 'go'): Promise<void> {
  if (order !== 'go') {
    prepared = await prepare(order);
    process.send?.('ready');
  } else if (prepared !== undefined) {
    const done = await perform(prepared);
    await Promise.all(prepared.lanes.map(({ lane }) => lane.close()));
    process.send?.(done);
  }
}

async function prepare(work: Work): Promise<Prepared> {
  const lanes = await Promise.all(
    Array.from({ length: work.lanes }, async (_, lane) => ({
      batches: batchesOf(work, lane),
      lane: await open({ ...work, lane, transactionalId: `${work.group}-${lane}` }),
    })),
  );
  return { work, lanes };
}

async function perform({ work, lanes }: Prepared): Promise<Done> {
  const transactionMs: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    lanes.map(async ({ lane, batches }) => {
      let position = work.round * work.transactions * work.batch;
      for (const batch of batches) {
        position += batch.length;
        const began = performance.now();
        await lane.transact(batch, position);
        transactionMs.push(performance.now() - began);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const sent = lanes.flatMap(({ batches }) => batches.flat());
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    messages: sent.length,
    bytes: sent.reduce((sum, message) => sum + sizeOf(message), 0),
    transactionMs,
  };
}

function sizeOf({ key, value, headers }: Sent): number {
  const texts = [key, value, ...Object.entries(headers).flat()];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
