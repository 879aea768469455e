import { Failed, Unreachable } from './failures.ts';

/** What a stack on this machine says of its services, at `/_local/aws`. */
export interface LocalAws {
  readonly region: string;
  readonly endpoint: string;
  readonly dynamodb?: string;
  readonly tableName: string;
  readonly eventBusName?: string;
  readonly queues: readonly LocalQueue[];
}

export interface LocalQueue {
  readonly name: string;
  readonly url: string;
}

/** Credentials that the local stack takes: any. */
export const anybody = { accessKeyId: 'tidings', secretAccessKey: 'tidings' };

export const isOnThisMachine = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

/** @throws Unreachable, Failed */
export async function localAws(url: string): Promise<LocalAws> {
  const answer = await fetch(`${url}/_local/aws`, { signal: AbortSignal.timeout(20_000) }).catch(
    (cause: unknown) => {
      throw new Unreachable(`no local stack answers at ${url}: start it with npm run dev`, { cause });
    },
  );
  if (!answer.ok)
    throw new Failed(`${url}/_local/aws answered with ${answer.status}: is it another release?`);
  return (await answer.json()) as LocalAws;
}
