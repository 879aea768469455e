import { randomUUID } from 'node:crypto';
import { callAction } from './callAction.ts';
import type { Command } from './command.ts';
import { UsageError } from './failures.ts';
import { readObject, readWords } from './readWords.ts';
import { serverOptions } from './server.ts';

export const notify: Command = {
  async run(words, context) {
    const options = {
      ...serverOptions,
      kind: { type: 'string' },
      title: { type: 'string' },
      body: { type: 'string' },
      data: { type: 'string' },
      ref: { type: 'string' },
    } as const;
    const { values, named } = readWords(words, options, ['USER']);
    const { kind, title, body, ref = randomUUID() } = values;
    if (kind === undefined) throw new UsageError('--kind is missing');
    if (title === undefined) throw new UsageError('--title is missing');
    const data = readObject('--data', values.data);
    // With --user the sender is meant, as everywhere; the receiver is the plain word.
    const payload = { userId: named[0], kind, title, body, data };
    const answer = await callAction(values, context, { action: 'notification.send', payload, ref });
    context.print(JSON.stringify(answer));
  },
};
