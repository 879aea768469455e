import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import type { Callers } from '../rights/callers.ts';
import {
  eventsRefusals,
  type ServiceAnswer,
  type ServiceRefusals,
  sqsRefusals,
  written,
} from '../rights/refusals.ts';
import type { Need } from '../rights/statement.ts';
import { account } from '../template/template.ts';
import type { EventBus } from './eventBus.ts';
import { needsOfPutEvents, needsOfSqs } from './needsOf.ts';
import type { LocalQueues } from './sqs.ts';
import { answerSqs, SqsError } from './sqsApi.ts';

export interface AwsServer {
  /** The endpoint of SQS and of EventBridge. */
  readonly endpoint: string;
  queueUrl(name: string): string;
  close(): Promise<void>;
}

export interface AwsServerOptions {
  readonly queues: LocalQueues;
  readonly bus: EventBus;
  /** Who may do what with them. */
  readonly callers: Callers;
}

type Input = Readonly<Record<string, unknown>>;

/** A service of AWS: what it judges by, what it refuses with, and what it does. */
interface Service {
  readonly refusals: ServiceRefusals;
  needs(action: string, input: Input): Need[];
  answer(action: string, input: Input): unknown;
}

/**
 * Where the functions' SDK clients find the queues and the event bus. A server of its own and not a path on the
 * stack's port: the SQS client posts to the root of a queue URL's host.
 */
export async function openAwsServer({ queues, bus, callers }: AwsServerOptions): Promise<AwsServer> {
  const server = await openLoopbackServer({
    request(request, response) {
      void answer(request).then(
        (answered) => respond(response, answered),
        (error: unknown) => respond(response, asSqsError(error)),
      );
    },
  });

  const services: Readonly<Record<string, Service>> = {
    AmazonSQS: {
      refusals: sqsRefusals,
      needs: needsOfSqs,
      answer: (action, input) => answerSqs(queues, action, input, queueUrl),
    },
    AWSEvents: {
      refusals: eventsRefusals,
      needs: needsOfPutEvents,
      answer(action, input) {
        if (action !== 'PutEvents') throw notKnown(`AWSEvents ${action}`);
        return bus.put(input);
      },
    },
  };

  async function answer(request: IncomingMessage): Promise<ServiceAnswer> {
    const [name = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const input = parseObject(await readBody(request));
    const service = services[name];
    if (!service) throw notKnown(`${name} ${action}`);
    const caller = await callers.of(request.headers);
    // Who gave up while its environment was frozen asks for nothing any more.
    if (request.socket.destroyed) return service.refusals.unknownKey;
    if (!caller) {
      return request.headers.authorization ? service.refusals.unknownKey : service.refusals.unsigned;
    }
    const denied = caller.denied(service.needs(action, input));
    if (denied) return service.refusals.accessDenied(denied);
    return { status: 200, headers: jsonType, body: service.answer(action, input) as Input };
  }

  const endpoint = `http://127.0.0.1:${server.port}`;
  const queueUrl = (name: string) => `${endpoint}/${account.accountId}/${name}`;
  return { endpoint, queueUrl, close: server.close };
}

const jsonType = { 'content-type': 'application/x-amz-json-1.0' };

const notKnown = (what: string) =>
  new SqsError('UnsupportedOperation', `The local stack does not know ${what}.`);

function asSqsError(error: unknown): ServiceAnswer {
  const { type, queryCode, message } =
    error instanceof SqsError ? error : new SqsError('InvalidParameterValue', String(error));
  const headers = { ...jsonType, 'x-amzn-query-error': `${queryCode};Sender` };
  return { status: 400, headers, body: { __type: `com.amazonaws.sqs#${type}`, message } };
}

function respond(response: ServerResponse, answer: ServiceAnswer): void {
  const { text, headers } = written(answer);
  response.writeHead(answer.status, headers);
  response.end(text);
}
