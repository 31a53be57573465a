/** How browsers reach this service; it may live under a path of a larger site. */
export class PublicUrl {
  /** Without a slash at the end. */
  readonly base: string;
  readonly redirectUri: string;
  readonly callbackPath: string;
  readonly isSecure: boolean;

  constructor(url: string) {
    this.base = url.replace(/\/+$/, '');
    this.redirectUri = `${this.base}/oauth/callback`;
    const { pathname, protocol } = new URL(this.redirectUri);
    this.callbackPath = pathname;
    this.isSecure = protocol === 'https:';
  }
}
