import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../scripts/runCommand.ts';

const help = `npm run bench:peers

Installs what npm run bench measures Tidings beside, each with its lockfile in a folder of its own below bench/peers;
some 500 MB. Nothing else needs it, and npm ci does not know it.
`;

/** Each of them wants versions of GraphQL, or of the SDK, that the others cannot work with. */
const folders = ['graphqlLambdaSubscriptions', 'awsLambdaGraphql', 'serverlessOffline'];

await runCommand({ name: 'bench:peers', help }, async () => {
  for (const folder of folders) {
    console.error(`bench/peers/${folder}`);
    const cwd = fileURLToPath(new URL(`./${folder}`, import.meta.url));
    execFileSync('npm', ['ci'], { cwd, stdio: 'inherit' });
  }
});
