import type { PlantInPoller } from './apps/poller-ports.ts';
import type { PlantInPublisher } from './apps/publisher.ts';
import type { MemoryPollStore, PollStoreOptions } from './fakes/poll-store.ts';

/** A bug that is put in place of a part of the product. */
export interface Plant {
  readonly name: string;
  readonly createStore?: (options: PollStoreOptions) => MemoryPollStore;
  readonly poller?: PlantInPoller;
  readonly publisher?: PlantInPublisher;
}
