import { html, type Answer } from '../answer.ts';
import type { Athlete } from '../world/world.ts';

const SHOWN = 50;

/** Stands in for the provider's login and consent pages: who are you, and do you agree? */
export function consentPage(client: string, athletes: readonly Athlete[], query: URLSearchParams): Answer {
  const kept = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const choices = athletes.slice(0, SHOWN).map(({ profile, connected }) => {
    const note = connected ? ' (connected)' : '';
    return `<button name="athlete" value="${escape(profile.name)}">${escape(profile.name)}${note}</button>`;
  });
  const scopes = escape(query.get('scope') ?? '').replaceAll(' ', ', ');
  return html(
    200,
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>AccessLink simulator</title>
<style>body{font:16px system-ui;margin:3rem auto;max-width:40rem}button{margin:.2rem;padding:.5rem 1rem}</style></head>
<body><h1>AccessLink simulator</h1>
<p><b>${escape(client)}</b> asks to read ${scopes}. Consent as:</p>
<form method="post" action="/oauth/consent">${kept.join('')}
<p>${choices.join('\n')}</p>
<p><button name="decision" value="deny">Deny</button></p></form></body></html>`,
  );
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
