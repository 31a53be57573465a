import { Secret, Text, UrlOf } from './decorators.ts';

/** What `bridge` reads to ask the services. Their addresses are those that they have on one machine, unless told otherwise. */
export class OperatorEnv {
  @UrlOf(['http:', 'https:'])
  readonly AUTH_URL: string = 'http://localhost:3001';

  @UrlOf(['http:', 'https:'])
  readonly POLLER_URL: string = 'http://localhost:3002';

  @UrlOf(['http:', 'https:'])
  readonly PUBLISHER_URL: string = 'http://localhost:3003';

  @Secret()
  @Text(/^\S+$/, 'the ADMIN_TOKEN that the services were started with')
  readonly ADMIN_TOKEN!: string;
}
