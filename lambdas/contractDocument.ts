import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** How long a reader may go without asking again. */
const maxAgeSeconds = 300;

let document: Promise<{ readonly text: string; readonly etag: string }> | undefined;

/** What `GET /asyncapi.json` answers: nobody has to prove who it is, and nothing is read from the database. */
export async function contractDocument(ifNoneMatch?: string): Promise<APIGatewayProxyStructuredResultV2> {
  document ??= load();
  const { text, etag } = await document;
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  if (ifNoneMatch === etag) return { statusCode: 304, headers };
  return { statusCode: 200, headers: { ...headers, 'content-type': 'application/json' }, body: text };
}

/** Imported when it is first asked for: no other request pays for it, and no other function contains it. */
async function load() {
  const { default: contract } = await import('../docs/asyncapi.json', { with: { type: 'json' } });
  const text = JSON.stringify(contract);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
