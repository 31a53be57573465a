import { afterEach, describe, expect, it } from '@jest/globals';
import { DOCUMENTED, type Switches } from '../../../test/simulator/index.ts';
import { exact } from '../../../test/integration/ledger-comparison.ts';
import { PollerScene } from './poller.fixture.ts';

let scene: PollerScene;
afterEach(() => scene.close());

describe.each<[string, Partial<Switches>]>([
  ['as it was observed live', {}],
  ['as it is documented', DOCUMENTED],
  ['with every number as a text', { numbers: 'strings' }],
  ['with fields and values that nobody knows', { unknown_fields: true }],
  ['with UUIDs for sessions', { session_ids: 'uuid' }],
  ['with an empty object for no data', { empty: 'object' }],
  ['with 204 for no data', { empty: '204' }],
  ['with 404 for no data', { empty: '404' }],
])('the poller of a provider %s', (_, switches) => {
  it('tells each change once and in order', async () => {
    scene = await PollerScene.open({ switches });
    await scene.inStep();
    scene.change(12);
    await scene.inStep();
    scene.change(12);
    expect(await scene.inStep()).toMatchObject(exact);
    expect((await scene.targets()).filter(({ failures }) => failures > 0)).toEqual([]);
  });
});
