import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from './command.ts';
import { awsFailure } from './deployed/awsFailure.ts';
import { stackOptions } from './deployed/deployedStack.ts';
import { didYouMean } from './didYouMean.ts';
import { Failed, UsageError } from './failures.ts';
import { type OperatedStack, operatedStack } from './operatedStack.ts';
import { readWords } from './readWords.ts';
import { type DeadLetterQueue, deadLetterQueues, listLetters, maxListed } from './redrive/deadLetters.ts';
import { destinationOf, type SentBack, sendBack } from './redrive/sendBack.ts';
import { httpUrl } from './server.ts';

const options = {
  ...stackOptions,
  url: { type: 'string' },
  queue: { type: 'string' },
  list: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** What a run works with. */
interface Run {
  readonly sqs: SQSClient;
  readonly stack: OperatedStack;
  line(about: object): void;
}

export const redrive: Command = {
  async run(words, { env, print }) {
    const { values } = readWords(words, options);
    if (values.list && values.yes) throw new UsageError('give either --list or --yes, not both');
    const stack = await operatedStack(values, httpUrl(values, env));
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient(stack.aws);
    const run: Run = { sqs, stack, line: (about) => print(JSON.stringify(about)) };
    try {
      const queues = chosen(await deadLetterQueues(sqs, await stack.queues()), values.queue);
      if (values.list) for (const queue of queues) await list(run, queue);
      else await sendAllBack(run, queues, values);
    } catch (error) {
      throw inWords(error, stack);
    } finally {
      sqs.destroy();
    }
  },
};

const inWords = (error: unknown, { name, place }: OperatedStack): Error =>
  error instanceof Failed || error instanceof UsageError
    ? error
    : awsFailure(error, `work on the queues of ${name}`, place);

async function list({ sqs, line }: Run, queue: DeadLetterQueue): Promise<void> {
  const letters = await listLetters(sqs, queue);
  for (const letter of letters) line({ queue: queue.name, ...letter });
  const notListed = queue.messages - letters.length;
  if (letters.length === maxListed && notListed > 0) line({ queue: queue.name, notListed });
}

/** Says what becomes of each queue. What fails with one is no reason to leave the next. @throws Failed if any are left */
async function sendAllBack(run: Run, queues: readonly DeadLetterQueue[], { yes }: Values): Promise<void> {
  const { sqs, stack, line } = run;
  const left: string[] = [];
  for (const queue of queues) {
    if (queue.messages === 0) {
      line({ queue: queue.name, messages: 0 });
      continue;
    }
    const destination = destinationOf(queue, stack);
    const plan = { queue: queue.name, messages: queue.messages, ...destination };
    if (!yes) {
      line(destination.to === 'nowhere' ? plan : { ...plan, wouldSend: true });
      continue;
    }
    const done = await sendBack(sqs, stack, queue, destination).catch((error: unknown): SentBack => {
      return { sent: 0, left: queue.messages, error: inWords(error, stack).message };
    });
    line({ ...plan, ...done });
    if (done.left > 0) left.push(`${done.left} in ${queue.name}${done.error ? ` (${done.error})` : ''}`);
  }
  if (left.length > 0) throw new Failed(`dead letters are left: ${left.join('; ')}`);
}

/**
 * A name may be given without the hash that the CDK puts after it. What else is in the stack is the team's own, and
 * has to be named.
 *
 * @throws UsageError
 */
function chosen(queues: readonly DeadLetterQueue[], name: string | undefined): readonly DeadLetterQueue[] {
  if (name === undefined) return queues.filter(({ isOurs }) => isOurs);
  const short = (queue: DeadLetterQueue) => queue.name.replace(/[0-9A-F]{8}$/, '');
  const found = queues.filter((queue) => queue.name === name || short(queue) === name);
  if (found.length > 0) return found;
  const all = queues.map(short);
  throw new UsageError(
    `there is no queue ${name} of dead letters${didYouMean(name, all)}: ${all.join(', ')}`,
  );
}
