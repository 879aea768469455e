import { badRequest } from '../base/tidingsError.ts';

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

/**
 * API Gateway closes a connection on which a frame of more than 32 KB comes, so nobody would say what is wrong with
 * it. Whatever else the server refuses it answers.
 */
export const usualMaxBytes = 32_000;

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
