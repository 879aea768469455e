import type { ServerFrame } from '@tidings/protocol';
import { WebSocket } from 'ws';
import { checkAnswer } from './frames.ts';
import { frameText } from './frameTexts.ts';
import { type Fuzz, maxStackMs } from './fuzzRun.ts';

/** A longer one is API Gateway's to refuse, and closes the connection. */
const maxBytes = 30_000;
const answers = ['ack', 'subscribed', 'error'];

/** Text frames over a real socket: each is answered by exactly one frame. */
export function socketFuzz(wsUrl: string, token: string): Fuzz<string> {
  return {
    what: 'text frames over a socket',
    input: frameText.filter((text) => text !== '' && Buffer.byteLength(text) < maxBytes),
    maxMs: maxStackMs,
    judge: () => {
      let opening: Promise<Line> | undefined;
      return async (text) => {
        opening ??= openLine(wsUrl, token);
        const answer = await (await opening).ask(text);
        if (!isTyped(answer)) throw new Error(`the function died: ${JSON.stringify(answer)}`);
        checkAnswer(answer);
      };
    },
  };
}

/** API Gateway's own frame about a function that died has no type. */
const isTyped = (frame: Partial<ServerFrame>): frame is ServerFrame => frame.type !== undefined;

interface Line {
  /** @throws when the answer before this one was not the only one, or the connection closed. */
  ask(text: string): Promise<Partial<ServerFrame>>;
}

async function openLine(wsUrl: string, token: string): Promise<Line> {
  const socket = new WebSocket(wsUrl, ['tidings.v1', `bearer.${token}`]);
  let asked = 0;
  let answered = 0;
  let heard: ((frame: Partial<ServerFrame>) => void) | undefined;
  let failed: (error: Error) => void = () => {};
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Partial<ServerFrame>;
    if (isTyped(frame) && !answers.includes(frame.type)) return;
    answered++;
    heard?.(frame);
  });
  socket.on('error', (error) => failed(error));
  socket.on('close', (code) => failed(new Error(`the connection closed with ${code}`)));
  await new Promise<void>((resolve, reject) => {
    failed = reject;
    socket.once('open', () => resolve());
  });
  return {
    ask: (text) =>
      new Promise((resolve, reject) => {
        if (answered !== asked) throw new Error(`${asked} frames were answered by ${answered}`);
        asked++;
        heard = resolve;
        failed = reject;
        socket.send(text);
      }),
  };
}
