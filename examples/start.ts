import { CannotStart } from '../local/cannotStart.ts';
import { serveExample } from './serve.ts';

const usage = `Serves an example while npm run dev is running, at http://localhost:5173.

  npm run example:page     a page without a framework
  npm run example:react    the same and more in React
`;

const names = ['page', 'react'] as const;
const name = names.find((one) => one === process.argv[2]);
if (process.argv.includes('--help')) {
  process.stdout.write(usage);
} else if (name === undefined) {
  console.error(usage.trimEnd());
  process.exitCode = 1;
} else {
  try {
    const { url } = await serveExample({ name });
    console.error(`The ${name} example is at ${url}; open it in two tabs.`);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
