// Run by Lambda's Node, and so in JavaScript: loads the function whose file is named, and says what that took.
const before = process.cpuUsage();
const begin = performance.now();
await import(process.argv[2] ?? '');
const time = performance.now() - begin;
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ time, CPU: (user + system) / 1_000 }), () => process.exit());
