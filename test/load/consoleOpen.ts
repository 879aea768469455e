import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Recording } from '../../console/src/wire/recording.ts';
import { admin, showConsole } from '../browser/console/showConsole.ts';
import { launchChromium } from '../browser/launch.ts';
import type { StackAddresses } from '../support/localStack.ts';
import { localApiOf } from './localApi.ts';
import type { PageMemory, Watched } from './pageGrowth.ts';
import { createPublisher, type Ledger, mergeLedgers } from './publisher.ts';

interface ConsoleOpen {
  readonly urls: StackAddresses;
  readonly minutes: number;
  readonly log: (line: string) => void;
}

export interface ConsoleFigures {
  readonly published: number;
  /** Acknowledged events that did not reach the browser. */
  readonly lost: number;
  /** Frames that the console kept and that are not those that came, each in its place. */
  readonly astray: number;
  readonly watched: Watched;
  /** What the page wrote as an error. */
  readonly errors: readonly string[];
}

const tenant = 'console-lane';
/** The one feed that is followed on every page, for the notifications that are counted beside their page's name. */
const topic = 'user:me';
const topicPath = `/topics/${topic}`;
const looking = admin(tenant);
const eventsPerSecond = 50;
/** Each may ask for 20 things a second. */
const speakers = 10;
/** Of the time, in which both pages are opened once, what is called often is compiled, and caches fill. */
const warmUpShare = 0.2;
const sampleEveryMs = 30_000;

/** A browser has the console open, its wire and the page of a topic, while the staff writes to who looks. */
export async function keepConsoleOpen({ urls, minutes, log }: ConsoleOpen): Promise<ConsoleFigures> {
  const browser = await launchChromium();
  try {
    const talk = await startTalk(urls);
    const { page, errors, goTo } = await showConsole(browser.context, urls, {
      person: looking,
      path: topicPath,
    });
    const probe = await probeOf(page);
    const came = arrivals(page);
    // Its socket is opened again, so that all of its frames are seen from here.
    await page.reload();
    await page.getByText('live', { exact: true }).first().waitFor();
    const began = performance.now();
    talk.begin();
    const until = async (share: number, where: string) => {
      await goTo(where);
      await watch(began + share * minutes * 60_000, async () => {
        const { bytes, nodes } = await probe();
        log(`${talk.said()} events, ${megabytes(bytes)} MB, ${nodes} nodes, on ${where}`);
      });
    };
    await until(warmUpShare / 2, topicPath);
    await until(warmUpShare, '/wire');
    // As at the end, whose code would else be compiled, and be in the heap, only there.
    await saved(page);
    await emptyRing(page);
    const [before, saidBefore] = [await probe(), talk.said()];
    await until((1 + warmUpShare) / 2, '/wire');
    await until(1, topicPath);
    const ledger = (await talk.end()).get(topic) ?? new Map<number, string>();
    const last = Math.max(...ledger.keys());
    await page
      .getByRole('region', { name: 'Events, the newest first' })
      .getByText(`${last}`, { exact: true })
      .waitFor();
    await goTo('/wire');
    await page
      .getByRole('button', { name: new RegExp(`${topic} ${last}\\b`) })
      .first()
      .waitFor();
    const full = await probe();
    const recording = await saved(page);
    await emptyRing(page);
    const after = await probe();
    const { astray, ...ring } = keptOf(recording, came);
    return {
      published: ledger.size,
      lost: [...ledger].filter(([seq, tag]) => came.events.get(seq) !== tag).length,
      astray,
      watched: { ...ring, events: ledger.size - saidBefore, before, after, full },
      errors,
    };
  } finally {
    await browser.stop();
  }
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

interface Talk {
  begin(): void;
  /** How much was acknowledged so far. */
  said(): number;
  /** Ends it, once all that was said is acknowledged. */
  end(): Promise<Ledger>;
}

/** People who write to who looks, in turn and at a steady rate. */
async function startTalk(urls: StackAddresses): Promise<Talk> {
  const local = localApiOf(urls);
  const names = Array.from({ length: speakers }, (_, number) => `speaker-${number}`);
  const tokens = await Promise.all(
    names.map((user) => local.token({ user, tenant, roles: ['msp'], expiresIn: '3h' })),
  );
  const publishers = tokens.map((token, at) => createPublisher(urls, token, names[at]));
  const said = () => publishers.reduce((sum, { figures }) => sum + figures.acknowledged, 0);
  let isOver = false;
  let over: Promise<unknown> = Promise.resolve();
  /** A late one is made up for at once; one that is not answered yet is waited for, since a person does one thing at a time. */
  async function speak(at: number, began: number) {
    const everyMs = (1_000 * speakers) / eventsPerSecond;
    for (let turn = 0; !isOver; turn++) {
      const due = began + (turn + at / speakers) * everyMs;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      await publishers[at]?.publish(topic, 'message.send', (body) => ({
        payload: { userId: looking.user, body },
      }));
    }
  }
  return {
    begin() {
      const began = performance.now();
      over = Promise.all(publishers.map((_, at) => speak(at, began)));
    },
    said,
    async end() {
      isOver = true;
      await over;
      return mergeLedgers(publishers.map(({ ledger }) => ledger));
    },
  };
}

interface Arrivals {
  /** Each frame, in the order in which it came. */
  readonly texts: readonly string[];
  /** What the topic's events say, by number. */
  readonly events: ReadonlyMap<number, string>;
}

/** What the browser's sockets got, whatever the page makes of it. */
function arrivals(page: Page): Arrivals {
  const texts: string[] = [];
  const events = new Map<number, string>();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = String(payload);
      texts.push(text);
      for (const { seq, body } of messagesIn(text)) events.set(seq, body);
    }),
  );
  return { texts, events };
}

interface Frame {
  readonly type: string;
  readonly topic?: string;
  readonly seq?: number;
  readonly payload: {
    readonly body?: string;
    readonly frames?: readonly Frame[];
    readonly events?: readonly Frame[];
  };
}

/** Of a text: by itself, in a batch, or replayed. */
function messagesIn(text: string): { seq: number; body: string }[] {
  const all = ({ type, seq, payload, ...frame }: Frame): { seq: number; body: string }[] => {
    if (type === 'batch') return (payload.frames ?? []).flatMap(all);
    if (type === 'subscribed')
      return (payload.events ?? []).map((event) => ({ topic, ...event })).flatMap(all);
    const isMessage = type === 'message' && (frame.topic ?? topic) === topic;
    return isMessage && seq !== undefined ? [{ seq, body: payload.body ?? '' }] : [];
  };
  return all(JSON.parse(text) as Frame);
}

async function probeOf(page: Page): Promise<() => Promise<PageMemory>> {
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  return async () => {
    // Twice: what the first collection finds to be finalized is freed by the second.
    await devtools.send('HeapProfiler.collectGarbage');
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    return { bytes: usedSize, nodes, listeners: jsEventListeners };
  };
}

async function watch(untilMs: number, sample: () => Promise<void>): Promise<void> {
  while (performance.now() < untilMs) {
    const nap = Math.min(sampleEveryMs, untilMs - performance.now());
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, nap)));
    await sample();
  }
}

async function emptyRing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
}

async function saved(page: Page): Promise<Recording> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save' }).click(),
  ]);
  return JSON.parse(await readFile(await download.path(), 'utf8')) as Recording;
}

/** What the console kept: the frames that came last, each in its place. An event may come twice, a frame is kept once. */
function keptOf({ entries }: Recording, { texts }: Arrivals) {
  const frames = entries.flatMap((entry) => (entry.kind === 'frame' ? [entry] : []));
  const kept = frames.filter(({ direction }) => direction === 'in').map(({ text }) => text);
  // What came while it was saved is not in it.
  const end = texts.lastIndexOf(kept.at(-1) ?? '') + 1;
  const due = texts.slice(Math.max(0, end - kept.length), end);
  return {
    kept: frames.length,
    keptBytes: frames.reduce((sum, { bytes }) => sum + bytes, 0),
    astray: kept.filter((text, at) => text !== due[at]).length,
  };
}
