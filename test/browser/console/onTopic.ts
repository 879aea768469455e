import type { Locator, Page } from 'playwright-core';
import type { Person } from '../../../console/src/session/person.ts';
import type { LocalStack } from '../../support/localStack.ts';
import { ask } from './asking.ts';

/** The events on the page of a topic. */
export const events = (page: Page): Locator => page.getByRole('region', { name: 'Events, the newest first' });

/** Follows the topic whose page it is, where that is seen by others. */
export const follow = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Follow', exact: true }).click();

/** Waits until what comes is shown as it comes. */
export const live = (page: Page): Promise<void> => page.getByText('live', { exact: true }).first().waitFor();

/** Says something in the lobby. */
export const say = (stack: LocalStack, person: Person, body: string): Promise<unknown> =>
  ask(stack, person, 'room.send', { topic: 'room:lobby', payload: { body } });
