import { frameFuzz, topicFuzz, refFuzz } from './frames.ts';
import { fuzzRun } from './fuzzRun.ts';
for (const f of [frameFuzz, topicFuzz, refFuzz]) {
  const t = performance.now();
  console.log(await fuzzRun(f, { seed: Number(process.argv[2] ?? 1), inputs: Number(process.argv[3] ?? 2000) }), f.what, Math.round(performance.now() - t));
}
