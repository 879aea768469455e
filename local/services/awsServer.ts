import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseObject, readBody } from '../http/httpJson.ts';
import { openLoopbackServer } from '../http/loopbackServer.ts';
import type { Callers } from '../rights/callers.ts';
import {
  bedrockRefusals,
  jsonRefusals,
  type ServiceAnswer,
  type ServiceRefusals,
  sqsRefusals,
  written,
} from '../rights/refusals.ts';
import type { Need } from '../rights/statement.ts';
import { account } from '../template/template.ts';
import { answerConversation, modelAsked } from './bedrock.ts';
import type { EventBus } from './eventBus.ts';
import { needsOfConverse, needsOfPutEvents, needsOfSqs, needsOfTranslate } from './needsOf.ts';
import type { LocalQueues } from './sqs.ts';
import { answerSqs, ServiceError } from './sqsApi.ts';
import { answerTranslation } from './translate.ts';

export interface AwsServer {
  /** The endpoint of SQS, EventBridge, Translate and Bedrock. */
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
 * Where the functions' SDK clients find the queues, the event bus, and stand-ins for what AWS translates and answers. A server of its own and not a path on the
 * stack's port: the SQS client posts to the root of a queue URL's host.
 */
export async function openAwsServer({ queues, bus, callers }: AwsServerOptions): Promise<AwsServer> {
  const server = await openLoopbackServer({
    request(request, response) {
      void answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else respond(response, asErrorAnswer(error));
      });
    },
  });

  const services: Readonly<Record<string, Service>> = {
    AmazonSQS: {
      refusals: sqsRefusals,
      needs: needsOfSqs,
      answer: (action, input) => answerSqs(queues, action, input, queueUrl),
    },
    AWSEvents: {
      refusals: jsonRefusals,
      needs: needsOfPutEvents,
      answer(action, input) {
        if (action !== 'PutEvents') throw notKnown(`AWSEvents ${action}`);
        return bus.put(input);
      },
    },
    AWSShineFrontendService_20170701: {
      refusals: jsonRefusals,
      needs: needsOfTranslate,
      answer(action, input) {
        if (action !== 'TranslateText') throw notKnown(`Translate ${action}`);
        return answerTranslation(input);
      },
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = parseObject(await readBody(request));
    const modelId = modelAsked(request.url ?? '');
    if (modelId !== undefined) {
      const refusal = await refused(request, bedrockRefusals, needsOfConverse(modelId));
      return refusal ? respond(response, refusal) : answerConversation(modelId, input, response);
    }
    const [name = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const service = services[name];
    if (!service) throw notKnown(`${name} ${action}`);
    const refusal = await refused(request, service.refusals, service.needs(action, input));
    if (refusal) return respond(response, refusal);
    respond(response, {
      status: 200,
      headers: jsonType,
      body: (await service.answer(action, input)) as Input,
    });
  }

  async function refused(
    request: IncomingMessage,
    refusals: ServiceRefusals,
    needs: readonly Need[],
  ): Promise<ServiceAnswer | undefined> {
    const caller = await callers.of(request.headers);
    // Who gave up while its environment was frozen asks for nothing any more.
    if (request.socket.destroyed) return refusals.unknownKey;
    if (!caller) return request.headers.authorization ? refusals.unknownKey : refusals.unsigned;
    const denied = caller.denied(needs);
    return denied && refusals.accessDenied(denied);
  }

  const endpoint = `http://127.0.0.1:${server.port}`;
  const queueUrl = (name: string) => `${endpoint}/${account.accountId}/${name}`;
  return { endpoint, queueUrl, close: server.close };
}

const jsonType = { 'content-type': 'application/x-amz-json-1.0' };

const notKnown = (what: string) =>
  new ServiceError('UnsupportedOperation', `The local stack does not know ${what}.`);

function asErrorAnswer(error: unknown): ServiceAnswer {
  const { type, queryCode, message } =
    error instanceof ServiceError ? error : new ServiceError('InvalidParameterValue', String(error));
  const headers = { ...jsonType, 'x-amzn-query-error': `${queryCode};Sender` };
  return { status: 400, headers, body: { __type: `com.amazonaws.sqs#${type}`, message } };
}

function respond(response: ServerResponse, answer: ServiceAnswer): void {
  const { text, headers } = written(answer);
  response.writeHead(answer.status, headers);
  response.end(text);
}
