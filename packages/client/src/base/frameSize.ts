import { badRequest } from './tidingsError.ts';

/** What `hello` told of the server's limits, each under its setting's name. */
export type Limits = Readonly<Record<string, unknown>>;

/** @throws TidingsError for what is no JSON: a circle, a big integer. */
export function write(frame: object): string {
  try {
    return JSON.stringify(frame);
  } catch (error) {
    throw badRequest(`payload: ${(error as Error).message}`);
  }
}

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
