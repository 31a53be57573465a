import type { Plant } from '../plant.ts';
import { pollerPlants } from './poller.ts';
import { publisherPlants } from './publisher.ts';
import { storePlants } from './store.ts';

/** Bugs that the simulation has to find, each by its name. */
export const plants: readonly Plant[] = [...publisherPlants, ...storePlants, ...pollerPlants];
