import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireToken } from '#platform';
import { LanesView } from './lanes.dto.ts';

/** Where the view of the lanes comes from. */
export const LANES_VIEW = Symbol('view of the lanes');

@ApiTags('lanes')
@RequireToken('admin')
@Controller('v1/lanes')
export class LanesController {
  readonly #view: () => Promise<LanesView>;

  constructor(@Inject(LANES_VIEW) view: () => Promise<LanesView>) {
    this.#view = view;
  }

  @Get()
  @ApiOkResponse({ type: LanesView, description: 'All lanes' })
  @ApiOperation({
    operationId: 'lanes',
    summary: 'Who relays each lane, how far it got, and how much is still to be published',
  })
  lanes(): Promise<LanesView> {
    return this.#view();
  }
}
