import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireToken } from '#platform';
import type { LaneState } from '#store';
import { LanesView } from './lanes.dto.ts';

/** Where lane states come from. */
export const LANE_STATES = Symbol('lane states');

@ApiTags('lanes')
@RequireToken('admin')
@Controller('v1/lanes')
export class LanesController {
  readonly #states: () => Promise<readonly LaneState[]>;

  constructor(@Inject(LANE_STATES) states: () => Promise<readonly LaneState[]>) {
    this.#states = states;
  }

  @Get()
  @ApiOkResponse({ type: LanesView, description: 'All lanes' })
  @ApiOperation({
    operationId: 'lanes',
    summary: 'Who relays each lane, how far it got, and how much is still to be published',
  })
  async lanes(): Promise<LanesView> {
    return { lanes: await this.#states() };
  }
}
