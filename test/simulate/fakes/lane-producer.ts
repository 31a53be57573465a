import type { LaneProducer } from '../../../apps/publisher/src/lane-relay.ts';
import type { Batch, Row } from '../../../apps/publisher/src/publish.ts';
import type { Group } from './broker.ts';

/** What a producer asks of the broker, over the wire. */
export interface BrokerWire {
  init(id: string): Promise<number>;
  positions(lane: number): Promise<{ readonly committed: number; readonly released: number }>;
  send(id: string, epoch: number, rows: readonly Row[]): Promise<void>;
  offsets(id: string, epoch: number, group: Group, lane: number, position: number): Promise<void>;
  commit(id: string, epoch: number): Promise<void>;
  abort(id: string, epoch: number): Promise<void>;
}

/**
 * Opens a lane's way into the broker, as `openLaneProducer` does into Kafka.
 * @param id transactional: whoever opens it fences all others that have it
 */
export async function openMemoryProducer(wire: BrokerWire, lane: number, id = `lane-${lane}`): Promise<LaneProducer> {
  const epoch = await wire.init(id);
  const positions = await wire.positions(lane);
  const transaction = async ({ rows, last }: Batch, group: Group = 'relay'): Promise<void> => {
    try {
      if (rows.length > 0) await wire.send(id, epoch, rows);
      await wire.offsets(id, epoch, group, lane, last);
      await wire.commit(id, epoch);
    } catch (error) {
      await wire.abort(id, epoch).catch(() => undefined);
      throw error;
    }
  };
  return {
    ...positions,
    transact: (batch) => transaction(batch),
    release: (batch) => transaction(batch, 'releases'),
    recommit: (last) => transaction({ rows: [], last }),
    close: () => Promise.resolve(),
  };
}
