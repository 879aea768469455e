import { expect } from 'vitest';
import type { Person } from '../../../console/src/session/person.ts';
import type { LocalStack } from '../../support/localStack.ts';
import type { OpenedConsole } from './openConsole.ts';

/**
 * Has a console that is open believe that its stack is a deployed stage, where one is signed in with a token.
 *
 * @returns the paths of what it asks from now on
 */
export async function asDeployed(
  stack: LocalStack,
  { page }: Pick<OpenedConsole, 'page'>,
  person: Person,
): Promise<readonly string[]> {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const { wsUrl, httpUrl } = stack;
  const json = { mode: 'deployed', stage: 'prod', wsUrl, httpUrl };
  await page.route('**/console.json', (route) => route.fulfill({ json }));
  const signedIn = JSON.stringify({ token: await stack.token(person) });
  await page.evaluate(`sessionStorage.setItem('tidings.session', ${JSON.stringify(signedIn)})`);
  await page.reload();
  return asked;
}

/** That nothing was asked that only a stack on a laptop has. */
export const expectNothingLocal = (asked: readonly string[]): void =>
  expect(asked.filter((path) => path.startsWith('/_local/'))).toEqual([]);
