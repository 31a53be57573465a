/** https, or http where nothing leaves the machine. Nothing that a browser or a parser could read in another way. */
const loopback = String.raw`http://(localhost|127(\.\d{1,3}){3}|\[::1\]|[^\s/?#@:\\]+\.localhost)(:\d{1,5})?`;
const origin = String.raw`(https://[^\s/?#@\\]+|${loopback})`;

export interface UrlKind {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** What paths are added to. */
export const baseUrl: UrlKind = {
  pattern: new RegExp(String.raw`^${origin}(/[^\s?#\\]*)?$`, 'u'),
  allowed: 'an https URL (http only for localhost), without user name, query and fragment',
};

/** Where a browser is sent. */
export const pageUrl: UrlKind = {
  pattern: new RegExp(String.raw`^${origin}(/[^\s?#\\]*)?(\?[^\s#]*)?$`, 'u'),
  allowed: 'an https URL (http only for localhost), without user name and fragment',
};

export const isUrl = (value: unknown, { pattern }: UrlKind): boolean =>
  typeof value === 'string' && pattern.test(value) && URL.canParse(value);
