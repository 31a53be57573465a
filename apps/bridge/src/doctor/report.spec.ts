import { expect, it } from '@jest/globals';
import { verdict } from '#core';
import { paper } from '../bridge.fixture.ts';
import { report } from './report.ts';

it('has what is worst first, with what to do below it', () => {
  const findings = [
    { check: 'settings', ...verdict.ok('All is set.') },
    { check: 'lanes', ...verdict.skipped('Not looked at: it needs kafka.') },
    { check: 'kafka', ...verdict.broken('Kafka cannot be reached.', 'Start it.') },
  ];
  expect(report(findings, paper(60)).split('\n')).toEqual([
    'state    check     found, and what to do',
    'broken   kafka     Kafka cannot be reached.',
    '                   -> Start it.',
    'skipped  lanes     Not looked at: it needs kafka.',
    'ok       settings  All is set.',
    '',
    '1 broken, 0 warn, 1 skipped, 1 ok',
    '',
  ]);
});
