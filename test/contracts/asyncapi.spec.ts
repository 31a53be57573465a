import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { resources, stateTopics, topics } from '#resources';
import { contracts } from './contracts.ts';
import { contractsFolder } from './folder.ts';
import { states } from './resource-states.ts';

const text = readFileSync(join(contractsFolder, 'asyncapi.yaml'), 'utf8');
const parsed = new Parser().parse(text);

/** Worse than an information: the parser would like a newer version of AsyncAPI, which other tools do not know yet. */
async function troubles(source: string): Promise<readonly string[]> {
  const { diagnostics } = await new Parser().parse(source);
  return diagnostics
    .filter(({ severity }) => severity <= DiagnosticSeverity.Warning)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the AsyncAPI document', () => {
  it('is valid for the official parser', async () => {
    expect(await troubles(text)).toEqual([]);
    expect((await parsed).document?.version()).toBe('3.0.0');
  });

  it('is not valid for it with a planted mistake', async () => {
    expect(await troubles(text.replace('#/components/messages/SleepScored', '#/components/messages/None'))).not.toEqual(
      [],
    );
    expect(await troubles(text.replace('    action: send', '    action: shout'))).not.toEqual([]);
  });

  it('has a channel for each topic, with its address and its servers', async () => {
    const { document } = await parsed;
    const addresses = document
      ?.channels()
      .all()
      .map((channel) => channel.address());
    expect(addresses?.toSorted()).toEqual(
      [...topics(), ...stateTopics().map((topic) => `${topic}.state`)]
        .map((topic) => `{prefix}.${topic}.v1`)
        .toSorted(),
    );
    expect(
      document
        ?.servers()
        .all()
        .map((server) => server.protocol()),
    ).toEqual(['kafka']);
  });

  it('has each event type as a message, with its key, its headers, its value and its example', async () => {
    const { document } = await parsed;
    const messages = document?.components().messages().all() ?? [];
    expect(messages.map((message) => message.id()).toSorted()).toEqual(
      [...contracts(resources), ...states(resources)].map(({ type }) => type).toSorted(),
    );
    const stateTypes = new Set(states(resources).map(({ type }) => type));
    for (const message of messages) {
      const binding = message.bindings().get('kafka')?.value<{ key?: { type?: string } }>();
      expect([message.id(), binding?.key?.type]).toEqual([message.id(), 'string']);
      expect(message.hasHeaders() && message.hasPayload()).toBe(true);
      expect(message.examples()).toHaveLength(stateTypes.has(message.id()) ? 0 : 1);
    }
  });
});
