/** What the HTTP server takes at most. Whatever is larger is refused before anything looks into it. */
export const httpLimits = {
  /** 413 */
  bodyBytes: 64 * 1024,
  /** 431; the request line counts too. */
  headerBytes: 16 * 1024,
  /** 431 */
  headers: 100,
  /** 414, in characters, with the query. */
  urlLength: 4096,
  /** 414, in characters of one part of the path. */
  parameterLength: 128,
  /** 400, in levels of lists and objects. */
  jsonDepth: 16,
  /** 408: until all of a request has come. */
  requestMs: 30_000,
  /** 408: until its head has come. */
  headMs: 10_000,
  /** A connection on which nothing moves is closed. Longer than any answer takes. */
  silenceMs: 120_000,
  /** Longer than load balancers keep a connection open, so that none sends into one that closes. */
  keepAliveMs: 72_000,
} as const;
