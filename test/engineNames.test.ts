import type { Contract } from '@tidings/protocol';
import { expect, test } from 'vitest';
import { features } from '../features/index.ts';
import { filesBelow, read, sources } from './support/sources.ts';

const kinds = features.flatMap(({ topics = [] }) => topics.map(({ name }) => name));
const namesOf = ({ actions = {}, events = {} }: Contract) => [
  ...Object.keys(actions),
  ...Object.keys(events),
];
const spoken = features.flatMap(({ name, contract }) => [name, ...namesOf(contract)]);

/** The texts of a file that are one of these names, or begin as a topic of a feature does. */
function namesIn(file: string, names: readonly string[], textOf = read): string[] {
  const aName = new RegExp(`^((${names.join('|')})$|(${kinds.join('|')}):)`);
  return [
    ...textOf(file)
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|^(im|ex)port [^;]*? from .*/gm, '')
      .matchAll(/(['`])(.*?)\1/g),
  ]
    .map(([, , text = '']) => text)
    .filter((text) => aName.test(text))
    .map((text) => `${file}: ${text}`);
}

test('the engine of the client names no feature', () => {
  // `queue` is also what a request does that waits for a connection.
  const names = [...kinds.filter((kind) => kind !== 'queue'), '[a-z]+\\.[a-z][a-zA-Z.]+'];
  const bad = ['room.send', 'client:', 'client:*', 'msp', 'queue:'];
  expect(namesIn('it', names, () => bad.map((text) => `'${text}'`).join())).toHaveLength(bad.length);
  const engine = sources.filter((file) =>
    /^packages\/client\/src\/([^/]+\.ts|(base|connection|requests|tabs|topics)\/)/.test(file),
  );
  expect(engine.length).toBeGreaterThan(30);
  expect(engine.flatMap((file) => namesIn(file, names))).toEqual([]);
});

/** Where a word of the engine is also that of a feature. */
const meantOtherwise = [
  // Roles.
  'core/principal.ts: client',
  'core/principal.ts: msp',
  // A port.
  'core/connections/endConnection.ts: queue',
  'core/connections/presenceChanged.ts: queue',
  // A function of the stack, and what SQS calls its messages.
  'lib/tidings.ts: message',
  'local/services/sqsApi.ts: message',
  // What threads tell each other, as Node calls it.
  'local/listener/openListener.ts: message',
  'local/listener/thread.ts: message',
  // What Bedrock calls who answers.
  'local/services/bedrock.ts: assistant',
];

test('the engine of the server names no feature, nor does what deploys it and runs it', () => {
  const names = [...kinds, ...spoken].map((name) => name.replaceAll('.', '\\.'));
  const bad = ['room.send', 'job.result', 'client:', 'conversation', 'jobs'];
  expect(namesIn('it', names, () => bad.map((text) => `'${text}'`).join())).toHaveLength(bad.length);
  const engine = sources.filter((file) => /^(core|lib|lambdas|local)\//.test(file));
  expect(engine.length).toBeGreaterThan(150);
  const named = new Set(engine.flatMap((file) => namesIn(file, names)));
  expect([...named].toSorted()).toEqual(meantOtherwise.toSorted());
});

/** The names that a file takes from another by `import`, or gives on by `export … from`. */
const namesBetween = (file: string, from: RegExp): string[] =>
  [...read(file).matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)'/gm)]
    .filter(([, , path = '']) => from.test(path))
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');

test.each([
  ['core', 'core/api/forFeatures.ts'],
  ['lambdas', 'lambdas/forFeatures.ts'],
])('what our features take from %s is published for those of a team', (folder, door) => {
  const published = new Set(namesBetween(door, /./));
  const ours = filesBelow('features').flatMap((file) =>
    namesBetween(file, new RegExp(`^(\\.\\./)+${folder}/`)),
  );
  expect(ours.length).toBeGreaterThan(2);
  expect(ours.filter((name) => !published.has(name))).toEqual([]);
});
