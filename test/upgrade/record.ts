import { writeFile } from 'node:fs/promises';
import { version } from '../../core/api/version.ts';
import { connectionOf, openConnection } from '../../testing/openConnection.ts';
import { memoryRuntime } from '../support/memoryRuntime.ts';
import { asked, type Name, people, principalOf } from './people.ts';

// Run with each release, before the next one is begun: node --import tsx test/upgrade/record.ts
const runtime = memoryRuntime();
for (const name of Object.keys(people) as Name[]) {
  await openConnection(runtime, name, principalOf(name, runtime.clock.now()));
}
const answers: Record<string, unknown> = {};
for (const [name, ref, frame] of asked) {
  const answer = await connectionOf(runtime, name).ask(ref, { ref, ...frame });
  if (answer.type === 'error') throw new Error(`${ref}: ${JSON.stringify(answer.payload)}`);
  answers[`${name} ${ref}`] = answer;
}
const file = new URL(`rows/${version}.json`, import.meta.url);
const recorded = { nowMs: runtime.clock.now(), answers, rows: runtime.table.dump() };
await writeFile(file, `${JSON.stringify(recorded, undefined, 1)}\n`);
