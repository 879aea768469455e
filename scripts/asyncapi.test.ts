import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contractFiles } from './contractFiles.ts';

const written = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test.each(Object.entries(contractFiles()))('%s is what the schemas say', (path, text) => {
  expect(written(path) === text, `${path} has drifted: run npm run asyncapi`).toBe(true);
});

interface Diagnostic {
  readonly severity: number;
  readonly code: string;
  readonly path: readonly string[];
}

interface Parser {
  parse(text: string): Promise<{ document?: { json(): object }; diagnostics: readonly Diagnostic[] }>;
}

const official = '@asyncapi/parser';
const found = (await import(official).catch(() => undefined)) as
  | { Parser: new (options?: object) => Parser }
  | undefined;

test.skipIf(!found)('the official parser finds nothing wrong, and YAML says the same as JSON', async () => {
  if (!found) throw new Error(`${official} is not installed`);
  const json = await new found.Parser().parse(written('docs/asyncapi.json'));
  // That there is a newer version of AsyncAPI is no fault of the document.
  expect(json.diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
  expect(json.document).toBeDefined();
  // The same document need not be judged again, which takes seconds: it is only read.
  const withoutRules = { ruleset: { core: false, recommended: false } };
  const yaml = await new found.Parser(withoutRules).parse(written('docs/asyncapi.yaml'));
  expect(yaml.diagnostics).toEqual([]);
  expect(yaml.document?.json()).toEqual(json.document?.json());
});
