import type { LoadOptions, LoadReport } from '../laneRun.ts';
import type { Drill } from './drill.ts';
import { eraseData } from './eraseData.ts';
import { hotTopic } from './hotTopic.ts';
import { issuerDown } from './issuerDown.ts';
import { keyRotation } from './keyRotation.ts';
import { poisonMessage } from './poisonMessage.ts';
import { reconnectStorm } from './reconnectStorm.ts';
import { restore } from './restore.ts';
import { rollback } from './rollback.ts';

/** Those of docs/runbook.md, by the names that it has for them. */
const all: Readonly<Record<string, Drill>> = {
  'reconnect-storm': reconnectStorm,
  'hot-topic': hotTopic,
  'poison-message': poisonMessage,
  'issuer-down': issuerDown,
  'key-rotation': keyRotation,
  rollback,
  'erase-data': eraseData,
  restore,
};

export const drillNames = Object.keys(all);
export const isDrill = (name: string): boolean => Object.hasOwn(all, name);

/** Runs the named drills, or all, one after the other. One that fails keeps none from being run. */
export async function drills({ drills: named, seed, log }: LoadOptions): Promise<LoadReport> {
  const figures: Record<string, string> = {};
  const wrong: string[] = [];
  for (const [name, drill] of Object.entries(all)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const began = performance.now();
    const report = await drill({ seed, log: (line) => log(`${name}: ${line}`) }).catch(
      (error: unknown): LoadReport => ({ figures: {}, wrong: [String((error as Error).stack ?? error)] }),
    );
    const seconds = Math.round((performance.now() - began) / 1000);
    const said = Object.entries(report.figures).map(([figure, value]) => `${figure} ${value}`);
    figures[name] = [report.wrong.length === 0 ? 'ok' : 'WRONG', `${seconds} s`, ...said].join(', ');
    log(`${name}: ${figures[name]}`);
    wrong.push(...report.wrong.map((what) => `${name}: ${what}`));
  }
  return { figures, wrong };
}
