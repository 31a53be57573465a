import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, RequireToken, UuidPipe } from '#platform';
import { ApiConnectionId } from './api-parameters.ts';
import { AccessTokenRequest, AccessTokenView, RejectionReport } from './internal.dto.ts';
import { TokenCustody } from './token-custody.ts';

/** For the poller only: this path must not be reachable from outside. */
@ApiTags('internal')
@ApiConnectionId()
@ApiProblems(404)
@RequireToken('internal')
@Controller('internal/v1/connections/:id')
export class InternalController {
  private readonly custody: TokenCustody;

  constructor(custody: TokenCustody) {
    this.custody = custody;
  }

  @Post('access-token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiProblems(409)
  @ApiBody({ type: AccessTokenRequest, required: false })
  @ApiOperation({ operationId: 'giveAccessToken', summary: 'An access token that lives for another minute at least' })
  @ApiOkResponse({ type: AccessTokenView, description: 'The token' })
  async accessToken(
    @Param('id', UuidPipe) id: string,
    @Body() request: AccessTokenRequest = {},
  ): Promise<AccessTokenView> {
    const { accessToken, expiresAt } = await this.custody.accessToken(id, request.rejected);
    return { accessToken, expiresAt: new Date(expiresAt).toISOString() };
  }

  @Post('rejections')
  @HttpCode(204)
  @ApiOperation({ operationId: 'reportRejection', summary: 'The provider does not accept this connection any more' })
  @ApiNoContentResponse({ description: 'It was taken note of' })
  async reject(@Param('id', UuidPipe) id: string, @Body() { reason, rejected }: RejectionReport): Promise<void> {
    await this.custody.reject(id, reason, rejected);
  }
}
