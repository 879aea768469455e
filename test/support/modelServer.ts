import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One question that reached the model: the test says what is answered, and when. */
export interface Question {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  say(text: string): void;
  end(): void;
  /** Ends the connection in the middle of the answer. */
  breakOff(): void;
  /** Resolves when the connection is over, from whichever side. */
  readonly closed: Promise<void>;
}

export interface ModelServer {
  /** For the stage's setting `assistant.url`. */
  readonly url: string;
  /** How many questions came so far. */
  readonly asked: number;
  /** The next question that no test has taken yet. */
  next(): Promise<Question>;
  close(): Promise<void>;
}

/** A model that speaks OpenAI's chat completions, and says what a test has it say. */
export async function startModelServer(): Promise<ModelServer> {
  const waiting: Question[] = [];
  const takers: ((question: Question) => void)[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      asked++;
      const question = toQuestion(JSON.parse(body), response);
      const taker = takers.shift();
      if (taker) taker(question);
      else waiting.push(question);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get asked() {
      return asked;
    },
    async next() {
      return waiting.shift() ?? new Promise((resolve) => takers.push(resolve));
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toQuestion(body: { messages: Question['messages'] }, response: ServerResponse): Question {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  return {
    messages: body.messages,
    say: (content) => void send({ choices: [{ delta: { content }, finish_reason: null }] }),
    end() {
      send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
      response.end('data: [DONE]\n\n');
    },
    breakOff: () => void response.destroy(),
    closed: new Promise((resolve) => response.once('close', () => resolve())),
  };
}
