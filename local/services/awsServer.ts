import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import { account } from '../template/template.ts';
import type { EventBus } from './eventBus.ts';
import type { LocalQueues } from './sqs.ts';
import { answerSqs, SqsError } from './sqsApi.ts';

export interface AwsServer {
  /** The endpoint of SQS and of EventBridge. */
  readonly endpoint: string;
  queueUrl(name: string): string;
  close(): Promise<void>;
}

/**
 * Where the functions' SDK clients find the queues and the event bus. A server of its own and not a path on the
 * stack's port: the SQS client posts to the root of a queue URL's host.
 */
export async function openAwsServer(queues: LocalQueues, bus: EventBus): Promise<AwsServer> {
  const server = await openLoopbackServer({
    request(request, response) {
      void answer(request).then(
        (body) => respond(response, 200, {}, body),
        (error: unknown) => {
          const { type, queryCode, message } = asSqsError(error);
          const headers = { 'x-amzn-query-error': `${queryCode};Sender` };
          respond(response, 400, headers, { __type: `com.amazonaws.sqs#${type}`, message });
        },
      );
    },
  });

  async function answer(request: IncomingMessage): Promise<unknown> {
    const [service, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const input = parseObject(await readBody(request));
    if (service === 'AmazonSQS') return answerSqs(queues, action, input, queueUrl);
    if (service === 'AWSEvents' && action === 'PutEvents') return bus.put(input);
    throw new SqsError('UnsupportedOperation', `The local stack does not know ${service} ${action}.`);
  }

  const endpoint = `http://127.0.0.1:${server.port}`;
  const queueUrl = (name: string) => `${endpoint}/${account.accountId}/${name}`;
  return { endpoint, queueUrl, close: server.close };
}

function asSqsError(error: unknown): SqsError {
  return error instanceof SqsError ? error : new SqsError('InvalidParameterValue', String(error));
}

function respond(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
  response.end(JSON.stringify(body));
}
