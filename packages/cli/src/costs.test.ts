import { expect, test } from 'vitest';
import { appsyncEvents, cheaperHereFrom } from './costs/elsewhere.ts';
import { type Estimate, estimateOf } from './costs/estimate.ts';
import { type Figure, type Figures, figures, figuresWith } from './costs/figures.ts';
import { broadcast, engine, requestsPerSecond, storm, type Workload, windowsOf } from './costs/model.ts';
import { billOf, use } from './costs/use.ts';
import { run } from './run.ts';

const at = figuresWith();
const busy: Workload = {
  connections: 10_000,
  events: 0.5,
  receivers: 10,
  together: 5,
  bytes: 300,
  hours: 24,
};

async function costs(...words: readonly string[]) {
  const printed: string[] = [];
  const code = await run(['costs', ...words], {
    env: {},
    stop: new AbortController().signal,
    print: (line) => printed.push(line),
    complain: (text) => printed.push(text),
  });
  return { code, text: printed.join('\n') };
}
async function asJson(...words: readonly string[]) {
  const { code, text } = await costs('--json', ...words);
  expect(code).toBe(0);
  return JSON.parse(text) as Estimate & { readonly advice: readonly string[]; readonly figures: Figures };
}

test('without a stack and without a token it says what a month is made of', async () => {
  const { code, text } = await costs('--connections', '10000');
  expect(code).toBe(0);
  const rows = [
    ...text.matchAll(/^ {2}(messages|connection minutes|DynamoDB, \w+|Lambda|SQS|in all) +\$([\d.,]+)/gm),
  ];
  const amounts = rows.map(([, , amount = '']) => Number(amount.replaceAll(',', '')));
  expect(amounts).toHaveLength(7);
  const total = amounts.pop() ?? 0;
  expect(Math.abs(amounts.reduce((sum, one) => sum + one, 0) - total)).toBeLessThan(3);
});

test('--json is one document, with all that was asked, what came of it and what it was made with', async () => {
  const made = await asJson('--connections', '10000', '--together', '5');
  expect(made.workload).toEqual(busy);
  expect(made).toMatchObject(JSON.parse(JSON.stringify(estimateOf(busy, at))));
  expect(made.figures).toEqual(at);
  expect(made.advice.length).toBeGreaterThan(3);
});

test('a batch holds no more than fits, however many changes there are', () => {
  const { frames } = windowsOf({ ...busy, together: 1, receivers: 999, events: 600, bytes: 9_000 });
  expect(frames).toBeGreaterThan(9_000 / 30_000);
});

test('--set has a price or a quota of somebody’s own', async () => {
  const own = await asJson('--connections', '10000', '--set', 'minute=0.5', '--set', 'newConnections=1000');
  const listed = await asJson('--connections', '10000');
  expect(own.single.month.minutes).toBeCloseTo(2 * listed.single.month.minutes);
  expect(own.storm.seconds).toBe(listed.storm.seconds / 2);
});

test('--figures lists each number with what it is and where it is from, and what somebody gave', async () => {
  const { text } = await costs('--figures', '--set', 'minute=0.5');
  for (const [name, { value, what, from }] of Object.entries<Figure>(figures)) {
    expect(text).toContain(`${name}=${name === 'minute' ? 0.5 : value}\n  ${what}\n`);
    if (name !== 'minute') expect(text).toContain(from);
  }
  expect(text).toContain('given by --set');
  const pages = Object.values<Figure>(figures).filter(({ from }) => from.startsWith('https:'));
  expect(pages.filter(({ quotedOn = '' }) => !/^\d{4}-\d\d-\d\d$/.test(quotedOn))).toEqual([]);
});

test('messages of a month become cheaper after the first thousand million', () => {
  expect(billOf(use({ messages: 3e9 }), at)).toMatchObject({ messages: 2_600, total: 2_600 });
});

test('1,000,000 messages need 100 s by the quota, whoever sends; so does a broadcast to as many', () => {
  const all = { ...busy, connections: 1_000_000, together: 1 };
  const enough = figuresWith({ deliveryConcurrency: 3 });
  expect(broadcast(all, true, enough)).toMatchObject({ seconds: 100, bound: 'quota' });
  expect(broadcast({ ...all, together: 5 }, false, enough).seconds).toBe(500);
  expect(broadcast({ ...all, together: 5 }, true, enough).seconds).toBe(100);
  const quick = figuresWith({ requests: 1e6, deliveryConcurrency: 1_000 });
  expect(broadcast(all, true, quick).bound).toBe('audience');
  expect(broadcast(all, true, figuresWith({ deliveryConcurrency: 1 })).bound).toBe('functions');
});

test('who all lost their connections are back as fast as new ones are taken', () => {
  expect(storm({ ...busy, connections: 100_000 }, at).seconds).toBe(200);
  const many = figuresWith({ newConnections: 100_000 });
  expect(storm({ ...busy, connections: 100_000 }, many).seconds).toBe(20);
});

test('a connection asks once a minute, and is replaced', () => {
  const quiet = { ...busy, connections: 60 * engine.rotateSeconds, events: 0 };
  expect(requestsPerSecond(quiet, true)).toBeCloseTo(engine.rotateSeconds + 120);
});

test('more than one account serves is said, with how many it takes', async () => {
  const few = await asJson('--connections', '90000');
  expect(few.advice[0]).toMatch(/serve 9\d,\d+ such connections: one account is enough\.$/);
  const many = await asJson('--connections', '1000000');
  expect(many.advice[0]).toMatch(
    /Have the quota raised to 10\d,\d+, or divide the tenants among 11 accounts/,
  );
  const perAccount = many.batched.perAccount;
  expect(requestsPerSecond({ ...busy, together: 1, connections: perAccount }, true)).toBeLessThanOrEqual(
    10_000,
  );
  expect(requestsPerSecond({ ...busy, together: 1, connections: perAccount + 2 }, true)).toBeGreaterThan(
    10_000,
  );
});

test.each([
  [['--connections', '100000'], /set the stage’s throttle above its 1,000/],
  [['--connections', '1000', '--set', 'postMs=200'], /with a deliveryConcurrency of 16 it is the quota/],
  [
    ['--connections', '200000', '--set', 'deliveryConcurrency=3'],
    /10 s for 100,000 connections.*AppSync Events is the better answer \(0.2 s; IoT Core 10 s\)/,
  ],
  [['--connections', '200000', '--set', 'appsyncOutbound=1'], /AppSync Events is no quicker/],
  [['--connections', '1000', '--together', '5'], /Batches save \$\d+ a month, \d+\.\d % of the whole/],
  [
    ['--connections', '1000'],
    /Batches change nothing where a change has one event \(--together\), and its topic few at a time/,
  ],
  [
    ['--connections', '100000', '--events', '0'],
    /Where what is lost may be lost, AppSync Events is the cheaper answer/,
  ],
  [
    ['--connections', '300000', '--events', '1'],
    /Where what is lost may be lost, IoT Core is the cheaper answer/,
  ],
  [
    ['--connections', '600000', '--events', '1'],
    /IoT Core \(for 500,000 connections of an account, and no more\)/,
  ],
  [['--connections', '1000', '--bytes', '20000', '--events', '5'], /So neither is the cheaper answer/],
])('%j is told what follows from it', async (words, sentence) => {
  expect((await asJson(...words)).advice.join('\n')).toMatch(sentence);
});

test('a request that its stage takes, and a broadcast that is quick, are no cause for advice', async () => {
  const { advice } = await asJson('--connections', '10000', '--set', 'deliveryConcurrency=3');
  expect(advice.join('\n')).not.toMatch(/throttle|deliveryConcurrency|A broadcast takes/);
});

test('from the rate on that it names, messages here are cheaper than at AppSync Events', () => {
  const few = { ...busy, connections: 100 };
  const rate = cheaperHereFrom(few, true, at) ?? 0;
  expect(rate).toBeGreaterThan(1);
  const dearer = (received: number) => {
    const of = { ...few, events: received / few.receivers };
    const { batched } = estimateOf(of, at);
    return batched.month.messages + batched.month.minutes - appsyncEvents(of, at).month;
  };
  expect(dearer(rate * 0.9999)).toBeGreaterThan(0);
  expect(dearer(rate * 1.0001)).toBeLessThan(0);
  expect(cheaperHereFrom({ ...few, together: 1 }, true, at)).toBeUndefined();
});
