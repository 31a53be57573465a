import { HttpUrl, Secret, Text } from './decorators.ts';

/** What `bridge` reads to ask the services. Their addresses are those that they have on one machine, unless told otherwise. */
export class OperatorEnv {
  @HttpUrl()
  readonly AUTH_URL: string = 'http://localhost:3001';

  @HttpUrl()
  readonly POLLER_URL: string = 'http://localhost:3002';

  @HttpUrl()
  readonly PUBLISHER_URL: string = 'http://localhost:3003';

  @Secret()
  @Text(/^\S+$/, 'the ADMIN_TOKEN that the services were started with')
  readonly ADMIN_TOKEN!: string;
}
