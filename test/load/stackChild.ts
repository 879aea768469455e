import { Session } from 'node:inspector/promises';
import v8 from 'node:v8';
import { type LocalStackOptions, startTestStack } from '../support/localStack.ts';
import type { Memory } from './stackProcess.ts';

/** What the parent asks for, besides the options that it sends first. */
export type Question =
  | { readonly options: Partial<LocalStackOptions>; readonly lateMs: number }
  | 'memory'
  | 'stop';

const tell = (message: object) => process.send?.(message);

// Nothing of the product may leave a rejection behind.
process.on('unhandledRejection', (error) => {
  tell({ crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});
// A stack without its parent serves nobody.
process.on('disconnect', () => process.exit());

const inspector = new Session();
inspector.connect();

async function measure(): Promise<Memory> {
  // As the developer tools collect: what a single collection leaves swings by more than a slow leak adds.
  // https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#method-collectGarbage
  await inspector.post('HeapProfiler.collectGarbage');
  const { rss, heapUsed, external } = process.memoryUsage();
  const code = v8.getHeapCodeStatistics();
  // What V8 makes of functions while they run ends with the program's size; seldom ones are compiled late.
  const compiled = code.code_and_metadata_size + code.bytecode_and_metadata_size;
  return { rss, live: heapUsed - compiled + external };
}

let stop = async () => {};

process.on('message', async (question: Question) => {
  if (question === 'memory') {
    tell(await measure());
  } else if (question === 'stop') {
    await stop();
    process.exit();
  } else {
    const { options, lateMs } = question;
    const now = Date.now;
    Date.now = () => now() + lateMs;
    const stack = await startTestStack(options);
    stop = stack.stop;
    const { wsUrl, httpUrl, managementUrl, issuer } = stack;
    tell({ urls: { wsUrl, httpUrl, managementUrl, issuer } });
  }
});
