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

export interface FailureWords {
  readonly status: number;
  readonly title: string;
  /** What happened. */
  readonly text: string;
  /** What the athlete can do now. */
  readonly next: string;
}

/** What an athlete reads. No word of OAuth in it, and nobody is blamed. */
export const failureWords: Readonly<Record<ConsentFailure, FailureWords>> = {
  link_invalid: {
    status: 404,
    title: 'This link does not work',
    text: 'We do not know it. Some of it may have got lost when it was copied.',
    next: 'Open the link from the message that you were sent, or copy all of it. If that does not help, ask for a new link.',
  },
  link_expired: {
    status: 410,
    title: 'This link is too old',
    text: 'A connect link works for one hour.',
    next: 'Ask for a new link, and open it within the hour.',
  },
  link_used: {
    status: 410,
    title: 'This link was used already',
    text: 'A connect link works once. Your Polar account may be connected already.',
    next: 'If it is connected, there is nothing to do, and you can close this page. If it is not, ask for a new link.',
  },
  tenant_paused: {
    status: 409,
    title: 'Connecting is not possible right now',
    text: 'It was switched off for a while. Your link is fine.',
    next: 'Open your connect link again later, or ask those who gave it to you when that will be.',
  },
  state_unknown: {
    status: 400,
    title: 'We cannot continue here',
    text: 'This step was finished before, or it was not begun with us. Going back or reloading a page can lead here.',
    next: 'Open your connect link again. If it says that it was used already, your Polar account is connected.',
  },
  state_expired: {
    status: 400,
    title: 'That took too long',
    text: 'There are 15 minutes to log in to Polar and to give your consent. Nothing was changed.',
    next: 'Open your connect link again.',
  },
  other_browser: {
    status: 400,
    title: 'This is not the same browser',
    text: 'You began in another browser or app, or this one does not keep cookies. For your safety we stopped here.',
    next: 'Open your connect link again, and finish in the browser in which you began. Never finish what somebody else began.',
  },
  access_denied: {
    status: 400,
    title: 'You are not connected',
    text: 'You did not give your consent at Polar, so nothing of your data can be read.',
    next: 'If that is what you want, you can close this page. If it was a mistake, open your connect link again.',
  },
  provider_refused: {
    status: 502,
    title: 'Polar did not accept the request',
    text: 'You are not connected. This is not your fault, and nothing was changed.',
    next: 'Open your connect link again later. If it still fails, tell those who gave you the link.',
  },
  code_rejected: {
    status: 400,
    title: 'Polar did not confirm your consent',
    text: 'You are not connected. A consent must be confirmed within a short time; it may have taken too long.',
    next: 'Open your connect link again.',
  },
  provider_unavailable: {
    status: 503,
    title: 'Polar does not answer at the moment',
    text: 'You are not connected yet, and nothing was changed.',
    next: 'Open your connect link again in a few minutes.',
  },
  misconfigured: {
    status: 500,
    title: 'Something is not set up properly',
    text: 'You are not connected. This is not your fault, and nothing was changed.',
    next: 'Please tell those who gave you the link, and open it again when they have mended it.',
  },
  account_in_use: {
    status: 409,
    title: 'This Polar account is connected already',
    text: 'It belongs to another user here, and a Polar account can belong to one user only.',
    next: 'Disconnect it from the other user first, or log in to Polar with another account and open your connect link again.',
  },
  account_differs: {
    status: 409,
    title: 'This is another Polar account',
    text: 'You were connected with a different Polar account before. It is still the one that is connected.',
    next: 'Log in to Polar with the account of before and open your connect link again, or have that one disconnected first.',
  },
};
