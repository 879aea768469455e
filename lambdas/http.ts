import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { handleHttp } from '../core/api/http.ts';
import { contractDocument } from './contractDocument.ts';
import { measured } from './measured.ts';
import { metrics, runtime } from './wiring.ts';

// Each request needs it, and until it has started a function has a whole core.
await import('../adapters/jwt/verifier.ts');

/** Every route of the HTTP API. */
export const handler = measured(
  metrics,
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { requestContext, pathParameters, headers, body, isBase64Encoded } = event;
    if (event.rawPath === '/asyncapi.json') return contractDocument(headers['if-none-match']);
    const { status, answer, retryAfterMs } = await handleHttp(runtime(), {
      method: requestContext.http.method,
      path: event.rawPath,
      action: pathParameters?.action,
      authorization: headers.authorization,
      body: isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? ''),
      requestId: requestContext.requestId,
      receivedAt: requestContext.timeEpoch,
    });
    return {
      statusCode: status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
        ...(status === 401 && { 'www-authenticate': 'Bearer' }),
        // Whole seconds: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
        ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
      },
      body: JSON.stringify(answer),
    };
  },
);
