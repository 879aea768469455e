import { randomUUID } from 'node:crypto';
import { callAction } from './callAction.ts';
import type { Command } from './command.ts';
import { readObject, readWords } from './readWords.ts';
import { serverOptions, serverUsage } from './server.ts';

export const send: Command = {
  summary: 'run an action over HTTP and print its answer',
  usage: `tidings send ACTION [options]

Runs any action of the domain and prints the frame that answers it.

  tidings send interaction.record --payload '{"clientId":"acme","kind":"login"}'
  tidings send room.send --topic room:lobby --payload '{"body":"Good morning"}'

  --topic T      the topic, for actions that name one
  --payload P    the payload: a JSON object
  --ref R        what makes a repeat count once (default: a random one, which the answer names)
${serverUsage}`,
  async run(words, surroundings) {
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
    const answer = await callAction(values, surroundings, { action, topic, payload, ref });
    surroundings.print(JSON.stringify(answer));
  },
};
