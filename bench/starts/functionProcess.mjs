// Run by Lambda's Node, and so in JavaScript: loads a function, hands it events one after the other, and says what
// each cost. What a function logs goes to standard error.
import { text } from 'node:stream/consumers';
import { peakMemory } from '../peakMemory.mjs';

const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
console.log = console.error;
const { path, events } = JSON.parse(await text(process.stdin));
let before = process.cpuUsage();
const cpu = () => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  return (user + system) / 1_000;
};
const { handler } = await import(path);
const start = cpu();
const requests = [];
const answers = [];
for (const event of events) {
  answers.push(await handler(event));
  requests.push(cpu());
}
answer(JSON.stringify({ start, requests, answers, peak: peakMemory() }), () => process.exit());
