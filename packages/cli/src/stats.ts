import { callAction } from './callAction.ts';
import type { Command } from './command.ts';
import { readWords } from './readWords.ts';
import { serverOptions } from './server.ts';

export const stats: Command = {
  async run(words, context) {
    const { values } = readWords(words, serverOptions);
    context.print(JSON.stringify(await callAction(values, context, { action: 'stats' })));
  },
};
