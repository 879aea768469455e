import type { Command } from './command.ts';
import { awsFailure } from './deployed/awsFailure.ts';
import { stackOptions } from './deployed/deployedStack.ts';
import { didYouMean } from './didYouMean.ts';
import { Failed, UsageError } from './failures.ts';
import { operatedStack } from './operatedStack.ts';
import { readWords } from './readWords.ts';
import { type DeadLetterQueue, deadLetterQueues, listLetters } from './redrive/deadLetters.ts';
import { destinationOf, sendBack } from './redrive/sendBack.ts';
import { httpUrl } from './server.ts';

const options = {
  ...stackOptions,
  url: { type: 'string' },
  queue: { type: 'string' },
  list: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

export const redrive: Command = {
  async run(words, { env, print }) {
    const { values } = readWords(words, options);
    if (values.list && values.yes) throw new UsageError('give either --list or --yes, not both');
    const stack = await operatedStack(values, httpUrl(values, env));
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient(stack.aws);
    const line = (about: object) => print(JSON.stringify(about));
    try {
      const queues = chosen(await deadLetterQueues(sqs, await stack.queues()), values.queue);
      for (const queue of queues) {
        if (values.list) {
          for (const letter of await listLetters(sqs, queue)) line({ queue: queue.name, ...letter });
          continue;
        }
        if (queue.messages === 0) {
          line({ queue: queue.name, messages: 0 });
          continue;
        }
        const destination = destinationOf(queue, stack);
        const plan = { queue: queue.name, messages: queue.messages, ...destination };
        line(
          values.yes
            ? { ...plan, sent: await sendBack(sqs, stack, queue, destination) }
            : { ...plan, wouldSend: true },
        );
      }
    } catch (error) {
      throw error instanceof Failed || error instanceof UsageError
        ? error
        : awsFailure(error, `work on the queues of ${stack.name}`, stack.place);
    } finally {
      sqs.destroy();
    }
  },
};

/** A name may be given without the hash that the CDK puts after it. @throws UsageError */
function chosen(queues: readonly DeadLetterQueue[], name: string | undefined): readonly DeadLetterQueue[] {
  if (name === undefined) return queues;
  const short = (queue: DeadLetterQueue) => queue.name.replace(/[0-9A-F]{8}$/, '');
  const found = queues.filter((queue) => queue.name === name || short(queue) === name);
  if (found.length > 0) return found;
  const all = queues.map(short);
  throw new UsageError(
    `there is no queue ${name} of dead letters${didYouMean(name, all)}: ${all.join(', ')}`,
  );
}
