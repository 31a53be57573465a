import { afterEach, describe, expect, it } from '@jest/globals';
import { exact } from '../../../test/integration/ledger-comparison.ts';
import { statesOfEvents } from '../../../test/integration/states-of-events.ts';
import { told } from '../../../test/integration/told.ts';
import { ALL_RESOURCES_MIX, DEFAULT_SWITCHES, DOCUMENTED, type Switches } from '../../../test/simulator/index.ts';
import { resources } from '#resources';
import { PollerScene } from './poller.fixture.ts';

/** Forms of the same answers: what they have in common is all that an athlete's data is made of. */
const forms = {
  'as it was observed live': { sports_names: true },
  'as it is documented': DOCUMENTED,
  'with every number as a text': { numbers: 'strings' },
  "with numbers as in the documentation's examples": { numbers: 'example' },
} satisfies Readonly<Record<string, Partial<Switches>>>;

describe('the poller of all resources', () => {
  let scene: PollerScene;

  const open = async (switches: Partial<Switches>, state = false): Promise<PollerScene> => {
    scene = await PollerScene.open({ resources: 'all', state, switches: { mix: ALL_RESOURCES_MIX, ...switches } });
    await scene.inStep(60);
    return scene;
  };

  /** Everything that can happen happens, once. */
  const everything = (): void => {
    for (const fact of Object.keys(ALL_RESOURCES_MIX)) scene.change(1, fact);
  };

  afterEach(() => scene.close());

  it.each(Object.entries(forms))(
    'tells each change once and in order, of a provider %s',
    async (_, switches) => {
      await open(switches);
      for (let round = 0; round < 2; round += 1) {
        everything();
        expect(await scene.inStep(60)).toMatchObject(exact);
      }
      expect((await scene.targets()).filter(({ failures }) => failures > 0)).toEqual([]);
      const changed = new Set(scene.simulator.ledger.live().map(({ resource }) => resource));
      expect([...changed].toSorted()).toEqual(Object.keys(told).toSorted());
    },
    180_000,
  );

  it('states what the events add up to, where the tenant wants it', async () => {
    await open({}, true);
    for (let round = 0; round < 2; round += 1) {
      everything();
      expect(await scene.inStep(60)).toMatchObject(exact);
    }
    const expected = statesOfEvents(resources, await scene.received());
    const states = await scene.states();
    const there = [...states].flatMap(([key, value]) => (value === null ? [] : [[key, value.data] as const]));
    expect(Object.fromEntries(there)).toEqual(Object.fromEntries(expected));
    expect(new Set(there.map(([key]) => key.replace(/^.*\|/, '').split('/')[0])).size).toBe(resources.length);
    expect(states.size).toBeGreaterThan(there.length);
  }, 180_000);

  it('tells nothing of a provider that answers in another form', async () => {
    await open({});
    everything();
    await scene.inStep(60);
    const before = await scene.types();
    for (const form of [...Object.values(forms), {}]) {
      // A name that comes to a sport would be news.
      Object.assign(scene.simulator.switches, DEFAULT_SWITCHES, form, {
        sports_names: true,
        hold_until_observed: true,
        mix: ALL_RESOURCES_MIX,
      });
      await scene.pollAll();
    }
    expect(await scene.types()).toEqual(before);
    // Changes make it read what it only reads for a reason, and tell of nothing beside them.
    Object.assign(scene.simulator.switches, DOCUMENTED, { sports_names: true, numbers: 'strings' });
    everything();
    expect(await scene.inStep(60)).toMatchObject(exact);
  }, 240_000);
});
