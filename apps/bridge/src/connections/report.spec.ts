import { expect, it } from '@jest/globals';
import { marked, paper } from '../bridge.fixture.ts';
import { reportConnections } from './report.ts';

type ConnectionView = Parameters<typeof reportConnections>[0][number];

const now = Date.parse('2026-11-28T08:00:00Z');
const connection = (status: ConnectionView['status'], userReference: string): ConnectionView => ({
  id: '6f0e7a5e-7a39-4c02-a7a0-5b7a0f3f7d6c',
  tenant: 'acme',
  userReference,
  polarUserId: null,
  scopes: [],
  status,
  statusReason: status === 'active' ? null : 'invalid_grant',
  establishedAt: '2026-11-01T08:00:00Z',
  updatedAt: '2026-11-28T06:00:00Z',
});

it('shows first who needs something, and counts', () => {
  const all = [connection('active', 'onni'), connection('needs_reauth', 'aino'), connection('active', 'risto')];
  const lines = reportConnections(all, now, paper(120, marked)).split('\n');
  expect(lines[1]).toMatch(/ aino +red\(needs_reauth\) +invalid_grant +2 h ago$/);
  expect(lines.at(-2)).toBe('3 connections: 1 needs_reauth, 2 active.');
  expect(reportConnections([], now, paper())).toBe('There is no such connection.\n');
});

it('fits 100 columns with a long reference, and loses nothing of it', () => {
  const reference = 'x'.repeat(200);
  const text = reportConnections([connection('needs_reauth', reference)], now, paper());
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(text.replaceAll(/[^x]/g, '')).toBe(reference);
});
