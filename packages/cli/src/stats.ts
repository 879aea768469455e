import { callAction } from './callAction.ts';
import type { Command } from './command.ts';
import { readWords } from './readWords.ts';
import { serverOptions, serverUsage } from './server.ts';

export const stats: Command = {
  summary: "count the tenant's connections",
  usage: `tidings stats [options]

Prints the frame that says how many connections and users the tenant has. For msp and admin.
${serverUsage}`,
  async run(words, surroundings) {
    const { values } = readWords(words, serverOptions);
    surroundings.print(JSON.stringify(await callAction(values, surroundings, { action: 'stats' })));
  },
};
