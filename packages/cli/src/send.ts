import { randomUUID } from 'node:crypto';
import { callAction } from './callAction.ts';
import type { Command } from './command.ts';
import { fetchDocument } from './contract.ts';
import { didYouMean } from './didYouMean.ts';
import { Failed, Refused } from './failures.ts';
import { readObject, readWords } from './readWords.ts';
import { httpUrl, serverOptions } from './server.ts';

export const send: Command = {
  async run(words, context) {
    const options = {
      ...serverOptions,
      topic: { type: 'string' },
      payload: { type: 'string' },
      ref: { type: 'string' },
    } as const;
    const { values, named } = readWords(words, options, ['ACTION']);
    const [action = ''] = named;
    const { topic, ref = randomUUID() } = values;
    const payload = readObject('--payload', values.payload);
    try {
      const answer = await callAction(values, context, { action, topic, payload, ref });
      context.print(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'unknown_action') throw error;
      throw new Failed(error.message + didYouMean(action, await actionsOf(httpUrl(values, context.env))));
    }
  },
};

/** The actions of the server's own release; none where it does not say. */
async function actionsOf(url: string): Promise<string[]> {
  const document = (await fetchDocument(url).catch(() => ({}))) as {
    operations?: Record<string, { action?: string }>;
  };
  const operations = Object.entries(document.operations ?? {});
  return operations.filter(([, { action }]) => action === 'receive').map(([name]) => name);
}
