import type { ConnectLink } from './ports.ts';

/** Why a consent came to nothing. The names are the contract with the tenants' return pages (`?error=`). */
export type ConsentFailure =
  | 'link_invalid'
  | 'link_expired'
  | 'link_used'
  | 'tenant_paused'
  | 'state_unknown'
  | 'state_expired'
  | 'other_browser'
  | 'access_denied'
  | 'provider_refused'
  | 'code_rejected'
  | 'provider_unavailable'
  | 'misconfigured'
  | 'account_in_use'
  | 'account_differs';

export type ConsentOutcome =
  | { readonly kind: 'connected'; readonly link: ConnectLink; readonly connection: string }
  | { readonly kind: 'failed'; readonly failure: ConsentFailure; readonly link?: ConnectLink };

/** What the browser gets: sent on to the tenant, or a page of ours. */
export type ConsentAnswer =
  | { readonly kind: 'redirect'; readonly url: string }
  | {
      readonly kind: 'page';
      readonly status: number;
      readonly title: string;
      readonly text: string;
      readonly tenant: string | null;
    };

const pages: Readonly<Record<ConsentFailure, readonly [status: number, title: string, text: string]>> = {
  link_invalid: [404, 'This link does not work', 'Check that you have copied all of it, or ask for a new link.'],
  link_expired: [410, 'This link is too old', 'Connect links work for one hour. Ask for a new one.'],
  link_used: [
    410,
    'This link was used already',
    'Your account may be connected already. If it is not, ask for a new link.',
  ],
  tenant_paused: [
    409,
    'Connecting is not possible at the moment',
    'Your link is fine. Open it again later, or tell those who gave it to you.',
  ],
  state_unknown: [
    400,
    'We cannot continue here',
    'This step was finished before, or it was not begun with us. Open your connect link again.',
  ],
  state_expired: [400, 'That took too long', 'Open your connect link again, and give your consent within 15 minutes.'],
  other_browser: [
    400,
    'This is not the same browser',
    'Open your connect link again, and finish it in the browser in which you began.',
  ],
  access_denied: [
    400,
    'You are not connected',
    'You did not give your consent. If that was a mistake, open your connect link again.',
  ],
  provider_refused: [
    502,
    'Polar did not accept the request',
    'Nothing was changed. Try again later, or tell those who gave you the link.',
  ],
  code_rejected: [
    400,
    'That took too long',
    'Polar did not accept the consent any more. Open your connect link again.',
  ],
  provider_unavailable: [
    503,
    'Polar does not answer at the moment',
    'Nothing was changed. Open your connect link again in a few minutes.',
  ],
  misconfigured: [
    500,
    'Something is not set up properly',
    'Nothing was changed. Please tell those who gave you the link.',
  ],
  account_in_use: [
    409,
    'This Polar account is connected already',
    'It belongs to another user here. Disconnect it there first, or use another Polar account.',
  ],
  account_differs: [
    409,
    'This is another Polar account',
    'You were connected with a different Polar account. Use that one, or have it disconnected first.',
  ],
};

/**
 * @param returnUrls those that the tenant has now: a link may be older than the tenant file
 */
export function answerTo(outcome: ConsentOutcome, returnUrls: readonly string[]): ConsentAnswer {
  const { link } = outcome;
  const connected = outcome.kind === 'connected';
  if (link?.returnUrl && returnUrls.includes(link.returnUrl)) {
    const url = new URL(link.returnUrl);
    if (connected) url.searchParams.set('connection', outcome.connection);
    else url.searchParams.set('error', outcome.failure);
    url.searchParams.set('status', connected ? 'connected' : 'failed');
    return { kind: 'redirect', url: url.href };
  }
  const text = 'Your Polar account is connected. You can close this page.';
  const [status, title, message] = connected ? [200, 'You are connected', text] : pages[outcome.failure];
  return { kind: 'page', status, title, text: message, tenant: link?.tenant ?? null };
}
