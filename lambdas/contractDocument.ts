import { createHash } from 'node:crypto';
import { asyncapiDocument, contractModel } from '@tidings/protocol/asyncapi';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { version } from '../core/api/version.ts';
import { once } from './once.ts';
import { app } from './wiring.ts';

/** How long a reader may cache it. */
const maxAgeSeconds = 300;

const document = once(write);

/** The answer to `GET /asyncapi.json`. It needs no token and no read. */
export function contractDocument(ifNoneMatch?: string): APIGatewayProxyStructuredResultV2 {
  const { text, etag } = document();
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  if (ifNoneMatch === etag) return { statusCode: 304, headers };
  return { statusCode: 200, headers: { ...headers, 'content-type': 'application/json' }, body: text };
}

/** Made when it is first asked for, from the app's features, so that other requests do not pay for it. */
function write() {
  const text = JSON.stringify(asyncapiDocument(contractModel(app.contracts), { version }));
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
