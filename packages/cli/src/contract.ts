import type { Command } from './command.ts';
import { Failed, Unreachable, UsageError } from './failures.ts';
import { readWords } from './readWords.ts';
import { httpUrl } from './server.ts';
import { toYaml } from './toYaml.ts';

export const contract: Command = {
  async run(words, { env, print }) {
    const options = { url: { type: 'string' }, format: { type: 'string', default: 'json' } } as const;
    const { values } = readWords(words, options);
    const { format } = values;
    if (format !== 'json' && format !== 'yaml') throw new UsageError('--format must be json or yaml');
    const document = await fetchDocument(httpUrl(values, env));
    print(format === 'yaml' ? toYaml(document).trimEnd() : JSON.stringify(document, null, 2));
  },
};

/** @throws Failed. */
export async function fetchDocument(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/asyncapi.json`, { signal: AbortSignal.timeout(40_000) }).catch(
    (cause: unknown) => {
      throw new Unreachable(`no answer from ${url}`, { cause });
    },
  );
  const document: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && document !== undefined) return document;
  throw new Failed(`${url} answered with ${answer.status}, and with no document`);
}
