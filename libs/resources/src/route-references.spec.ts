import { describe, expect, it } from '@jest/globals';
import { routeReferences } from './route-references.ts';

describe('the routes of a target', () => {
  it('are those of its exercises, each once', () => {
    const exercise = [{ routeId: '7' }, { idx: 1 }, { routeId: '9' }, { routeId: '7' }];
    expect(routeReferences({ exercise })).toEqual({ references: { routes: ['7', '9'] } });
  });

  it.each([
    [{}],
    [{ exercise: [] }],
    [{ exercise: [{ idx: 0 }] }],
    [{ exercise: [{ routeId: '0' }, { routeId: '' }] }],
  ])('are none in %j', (target) => {
    expect(routeReferences(target)).toEqual({});
  });
});
