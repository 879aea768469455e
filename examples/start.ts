import { type ServeOptions, serveExample } from './serve.ts';

const names = ['page', 'react'] as const;
const name = names.find((one) => one === process.argv[2]);
if (name === undefined) {
  console.error('node --import tsx examples/start.ts page|react, while npm run dev is running.');
  process.exitCode = 1;
} else {
  const options: ServeOptions = { name };
  const { url } = await serveExample(options);
  console.error(`The ${name} example is at ${url}; open it in two tabs.`);
}
