import { addDays, dateOf } from '../../simulator/calendar.ts';
import { ALL_RESOURCES_MIX, createSimulator } from '../../simulator/index.ts';
import { operationAt } from '../../simulator/api/operations.ts';
import { DOCUMENT } from '../../simulator/document/document.ts';
import { rangeQuery } from '../../simulator/reader.ts';
import { visitor } from '../../simulator/visitor.ts';
import type { Resource } from '#core';
import type { Findings } from './rows.ts';

/** Asks the simulator every operation of the document, after everything that can happen in its world has happened. */
export async function simulated(resources: readonly Resource[]): Promise<Findings['simulated']> {
  const simulator = await createSimulator({ athletes: 1, switches: { mix: ALL_RESOURCES_MIX } });
  try {
    const athlete = simulator.athletes()[0]?.name ?? '';
    const { connect, get } = visitor(simulator);
    const tokens = await connect(athlete);
    const facts = Object.keys(ALL_RESOURCES_MIX).filter((fact) => (ALL_RESOURCES_MIX[fact] ?? 0) > 0);
    for (const fact of [...facts, ...facts, ...facts]) simulator.world.step({ athlete, fact });
    const changes = simulator.ledger.live(0);
    const routeId = simulator.ledger.entries().find(({ resource }) => resource === 'routes')?.identity[0] ?? '';
    const found = await Promise.all(
      Object.keys(DOCUMENT.paths).map(async (path) => {
        const resource = resources.find(({ request }) => request.path.replace('{key}', '{routeId}') === path);
        const more = resource?.request.shape === 'whole' ? resource.request.query : {};
        const { status } = await get(tokens, query(path.replace('{routeId}', routeId), more));
        const told = changes.filter((change) => change.resource === resource?.name).length;
        return [path, { answers: status === 200, changes: told }] as const;
      }),
    );
    return Object.fromEntries(found);
  } finally {
    await simulator.close();
  }

  function query(path: string, more: Readonly<Record<string, string>>): string {
    const operation = operationAt(path)?.operation;
    if (operation?.range === undefined) return `${path}?${new URLSearchParams(more).toString()}`;
    const today = dateOf(Date.now());
    return `${path}?${rangeQuery(simulator, operation, today, addDays(today, 1))}`;
  }
}
