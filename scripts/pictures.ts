import { mkdir, writeFile } from 'node:fs/promises';
import { positive, runCommand } from './runCommand.ts';

const help = `npm run pictures -- [options]

Makes the pictures of the console in docs/console, light and dark, in Chromium (TIDINGS_CHROMIUM says where it is).
They are of a local stack in which people come and go and do things for some minutes, so that its charts move.

  --minutes M   for how long (default 5, which is what a chart shows)
  --help        this text
`;

const options = { minutes: { type: 'string', default: '5' } } as const;
const folder = new URL('../docs/console/', import.meta.url);

await runCommand({ name: 'pictures', help, options }, async ({ values }) => {
  const minutes = positive('minutes', values.minutes);
  // Loaded here: the whole stack is behind it, which a wrong option need not wait for.
  const { takePictures } = await import('../test/browser/console/pictures.ts');
  await mkdir(folder, { recursive: true });
  for (const [name, picture] of await takePictures(minutes)) {
    await writeFile(new URL(name, folder), picture);
    console.error(`docs/console/${name}, ${Math.round(picture.length / 1_000)} KB`);
  }
});
