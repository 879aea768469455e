import type { Page } from 'playwright-core';

/** Does something as somebody of the staff, beside the one who looks. */
export type Does = (action: string, payload: object, topic?: string) => Promise<unknown>;

/** A page of the console, at an address where there is something to see. */
export interface View {
  readonly path: string;
  /** Is there once it is loaded. */
  ready(page: Page): Promise<void>;
  /** What comes while `ada` looks at it. */
  readonly comes?: (page: Page, does: Does) => Promise<void>;
}

export const day = '2026-11-30';

const text = (said: string | RegExp) => (page: Page) => page.getByText(said).first().waitFor();
const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).waitFor();

const notify = (does: Does, title: string) =>
  does('notification.send', { userId: 'ada', kind: 'mention', title });

/** More comes on top of a list while the pointer is in it: it waits. */
const comesOnTop =
  (list: string, send: (does: Does) => Promise<unknown>) =>
  async (page: Page, does: Does): Promise<void> => {
    await page.getByRole('list', { name: list }).hover();
    for (const number of [1, 2, 3]) {
      await send(does);
      await page.getByRole('button', { name: `${number} new` }).waitFor();
    }
  };

/** Every page that an admin of the staff has, in a tenant in which a little has happened. */
export const everyView = (tenant: string): readonly View[] => [
  {
    path: '/overview',
    ready: text('users'),
    async comes(page, does) {
      await notify(does, 'of the overview');
      await text(/^Newest event: here after/)(page);
    },
  },
  { path: '/people', ready: text('yours') },
  { path: `/people/${tenant}`, ready: text('User, by the whole name') },
  { path: `/people/${tenant}/ada`, ready: (page) => page.getByRole('table').waitFor() },
  { path: '/topics', ready: text('room:lobby') },
  {
    path: '/topics/room:lobby',
    ready: (page) => page.getByRole('button', { name: 'Follow' }).waitFor(),
    async comes(page, does) {
      await page.getByRole('button', { name: 'Follow' }).click();
      await text('live')(page);
      await does('room.send', { body: 'of the topic' }, 'room:lobby');
      await text('"of the topic"')(page);
    },
  },
  {
    path: '/topics/client:acme',
    ready: text('live'),
    async comes(page, does) {
      await does('interaction.record', { clientId: 'acme', kind: 'call', by: 1 });
      await text('"call"')(page);
    },
  },
  { path: '/topics/client:acme/beside', ready: text(/^live, /) },
  { path: '/topics/nope', ready: heading('There is no such topic') },
  { path: '/publish', ready: heading('Answers') },
  { path: '/publish/engagement.update', ready: (page) => page.getByLabel('clientId').waitFor() },
  {
    path: '/engagement',
    ready: text('1 client'),
    async comes(page, does) {
      await does('engagement.update', { clientId: 'acme', score: 77 });
      // The whole of it, in the page: these digits may stand in an address or a time too.
      await page.getByRole('main').getByText('77', { exact: true }).waitFor();
      await does('engagement.update', { clientId: 'globex', score: 78 });
      await text('2 clients')(page);
    },
  },
  {
    path: '/engagement/acme',
    ready: heading('acme'),
    async comes(page, does) {
      await does('interaction.record', { clientId: 'acme', kind: 'login', by: 1 });
      await text('login, now 2')(page);
    },
  },
  {
    path: '/alerts',
    ready: text('1 open'),
    comes: comesOnTop('Alerts', (does) =>
      does('alert.raise', { to: { msp: true }, severity: 'critical', title: 'The line is down' }),
    ),
  },
  {
    path: '/notifications',
    ready: (page) => page.getByRole('list', { name: 'Notifications' }).waitFor(),
    comes: comesOnTop('Notifications', (does) => notify(does, 'of the list')),
  },
  {
    path: `/queue/${day}`,
    ready: text('p-17'),
    async comes(page, does) {
      await does('queue.book', { date: day, doctorId: 'dr-lee', patientId: 'p-23', at: '09:20' });
      await text('p-23')(page);
    },
  },
  {
    path: '/rooms/lobby',
    ready: text('good morning'),
    async comes(page, does) {
      await does('room.send', { body: 'of the room' }, 'room:lobby');
      await page.getByRole('log').getByText('of the room').waitFor();
    },
  },
  {
    path: '/assistant',
    ready: heading('Nothing was asked yet'),
    async comes(page) {
      await page.getByLabel('Question').fill('When does it end?');
      await page.keyboard.press('Enter');
      await text('Nothing was said before.')(page);
    },
  },
  {
    path: '/jobs',
    ready: heading('No job yet'),
    async comes(page) {
      await page.getByLabel('Text').fill('hello');
      await page.getByLabel('To which language').fill('Spanish');
      await page.getByRole('button', { name: 'Submit' }).click();
      await page.getByRole('listitem').getByText('done').waitFor();
    },
  },
  { path: '/own/channel', ready: heading('Channel') },
  {
    path: '/wire',
    ready: (page) =>
      page
        .getByRole('button', { name: /in ack/ })
        .first()
        .waitFor(),
    async comes(page, does) {
      await notify(does, 'of the wire');
      await page
        .getByRole('button', { name: /in notification/ })
        .first()
        .waitFor();
    },
  },
  { path: '/connection', ready: heading('Refused handshakes') },
  { path: '/faults', ready: text('None is set.') },
  { path: '/getting-in', ready: heading('Addresses') },
  { path: '/nowhere', ready: heading('There is nothing at this address') },
];
