import type { Tenant } from '#core';
import { type ConsentFailure, failureWords } from './consent-words.ts';
import type { Page } from './page.ts';
import type { ConnectLink } from './ports.ts';

export type { ConsentFailure } from './consent-words.ts';

export type ConsentOutcome =
  | { readonly kind: 'connected'; readonly link: ConnectLink; readonly connection: string }
  | {
      readonly kind: 'failed';
      readonly failure: ConsentFailure;
      /** The link whose consent it is, and whose return URL may be used. */
      readonly link?: ConnectLink;
      /** In whose name the athlete is told, where there is no such link. */
      readonly tenant?: string | undefined;
    };

/** What the browser gets: sent on to the tenant, or a page of ours. */
export type ConsentAnswer =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'page'; readonly status: number; readonly page: Page };

/**
 * @param tenant as it is now: a link may be older than the tenant file
 * @param again where the athlete can begin again, if that makes sense
 */
export function answerTo(
  outcome: ConsentOutcome,
  tenant?: Pick<Tenant, 'name' | 'returnUrls'>,
  again: string | null = null,
): ConsentAnswer {
  const { link } = outcome;
  if (link?.returnUrl && tenant?.returnUrls.includes(link.returnUrl)) {
    const url = new URL(link.returnUrl);
    if (outcome.kind === 'connected') url.searchParams.set('connection', outcome.connection);
    else url.searchParams.set('error', outcome.failure);
    url.searchParams.set('status', outcome.kind);
    return { kind: 'redirect', url: url.href };
  }
  const name = tenant?.name ?? null;
  if (outcome.kind === 'connected') return { kind: 'page', status: 200, page: connectedPage(name) };
  const { status, ...words } = failureWords[outcome.failure];
  return { kind: 'page', status, page: { kind: 'bad', ...words, tenant: name, code: outcome.failure, again } };
}

const connectedPage = (tenant: string | null): Page => ({
  kind: 'good',
  title: 'You are connected',
  text: `${tenant ?? 'The service that you came from'} can now read the data of your Polar account that you agreed to.`,
  next: 'There is nothing more to do. You can close this page.',
  tenant,
});
