import { setTimeout } from 'node:timers/promises';
import type { Command, CommandContext } from './command.ts';
import { connect, type Ended } from './connect.ts';
import { Failed, Unreachable, UsageError } from './failures.ts';
import { readWords } from './readWords.ts';
import { credential, serverOptions, socketUrl } from './server.ts';
import { isCollection, type Position, type TopicTail, topicTail } from './topicTail.ts';

export const tail: Command = {
  async run(words, context) {
    const options = { ...serverOptions, ws: { type: 'string' }, since: { type: 'string' } } as const;
    const { values, named } = readWords(words, options, ['TOPIC']);
    const [topic = ''] = named;
    const since = readPosition(values.since);
    if (isCollection(topic) && since)
      throw new UsageError('--since is for topics that have numbers of their own');
    const followed = topicTail(topic, since);
    const url = socketUrl(values, context.env);
    await follow(url, credential(values, context.env), followed, context);
  },
};

function readPosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  const [, epoch, seq] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (epoch === undefined) throw new UsageError('--since must be EPOCH:SEQ, as an event names them');
  return { epoch, seq: Number(seq) };
}

/** One connection after the other, until it is stopped or refused. */
async function follow(
  url: string,
  newToken: () => Promise<string>,
  followed: TopicTail,
  { stop, print }: CommandContext,
): Promise<void> {
  let attempt = 0;
  while (!stop.aborted) {
    const ended = await onConnection();
    if (stop.aborted) return;
    // Before anything has come, a wrong address is likelier than bad luck.
    if (!followed.begun || ended.reconnect === 'never') throw new Failed(`${url}: ${ended.reason}`);
    attempt = ended.heard ? 0 : attempt + 1;
    await pause(ended, attempt, stop);
  }

  async function onConnection(): Promise<Ended> {
    try {
      return await connect({ url, token: await newToken(), stop, print }, followed);
    } catch (error) {
      if (!(error instanceof Unreachable) || !followed.begun) throw error;
      return { reconnect: 'backoff', reason: error.message, heard: false };
    }
  }
}

const maxPauseMs = 15_000;

async function pause({ reconnect, retryAfterMs }: Ended, attempt: number, stop: AbortSignal): Promise<void> {
  if (reconnect !== 'backoff' && attempt === 0) return;
  const maxMs = Math.min(maxPauseMs, 250 * 2 ** attempt);
  // A random part of it, so that those who lost their connections together do not come back together.
  const waitMs = retryAfterMs ?? maxMs * Math.random();
  await setTimeout(waitMs, undefined, { signal: stop }).catch(() => {});
}
