import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const places = [
  { folder: '.github/workflows', manifest: 'package.json' },
  {
    folder: 'packages/create-tidings/template/_github/workflows',
    manifest: 'packages/create-tidings/template/_package.json',
  },
];
const workflows = places.flatMap(({ folder, manifest }) =>
  readdirSync(new URL(folder, root)).map((file) => ({
    path: `${folder}/${file}`,
    text: read(`${folder}/${file}`),
    scripts: Object.keys((JSON.parse(read(manifest)) as { scripts: object }).scripts),
    beside: readdirSync(new URL(folder, root)),
  })),
);

interface Around {
  readonly scripts: readonly string[];
  readonly beside: readonly string[];
}

/** What is wrong with a workflow. */
function problemsOf(text: string, { scripts, beside }: Around): string[] {
  const problems: string[] = [];
  for (const [, script = ''] of text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)) {
    if (!scripts.includes(script)) problems.push(`there is no npm run ${script}`);
  }
  for (const [, file = ''] of text.matchAll(/uses: \.\/\.github\/workflows\/(\S+)/g)) {
    if (!beside.includes(file)) problems.push(`there is no workflow ${file}`);
  }
  // What somebody types could otherwise be a command.
  for (const [line] of text.matchAll(/^.*\brun:.*\$\{\{ *(?:inputs|github\.event|github\.head_ref).*$/gm)) {
    problems.push(`a run has an input in it: ${line.trim()}`);
  }
  if (!/^permissions:\n {2}contents: read$/m.test(text)) problems.push('it may more than read by default');
  if (/write-all|aws-access-key-id|secrets\.AWS/.test(text)) problems.push('it has a key, or may do all');
  const asksAws = text.includes('aws-actions/configure-aws-credentials');
  if (asksAws && !/^ +id-token: write$/m.test(text)) problems.push('it asks AWS without a token of GitHub');
  if (asksAws && !text.includes('role-to-assume:')) problems.push('it asks AWS without a role');
  return problems;
}

test.each(workflows.map((each) => [each.path, each] as const))('%s can run', (_path, { text, ...around }) => {
  expect(problemsOf(text, around)).toEqual([]);
});

const deploy = workflows.filter(({ path }) => path.endsWith('/deploy.yml'));

test.each([
  ['npm run preflight', 'npm run prefight', 'there is no npm run prefight'],
  [/uses: \.\/.*/, 'uses: ./.github/workflows/chek.yml', 'there is no workflow chek.yml'],
  [' --stage "$STAGE"', ' --stage $' + '{{ inputs.stage }}', 'a run has an input in it'],
  ['permissions:\n  contents: read', 'permissions: write-all', 'it may more than read by default'],
  ['id-token: write', 'contents: write', 'it asks AWS without a token of GitHub'],
  ['role-to-assume: ', 'aws-access-key-id: ', 'it has a key, or may do all'],
])('were %s in a workflow that deploys %s, it would be found', (from, to, problem) => {
  expect(deploy).toHaveLength(2);
  for (const { text, ...around } of deploy) {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(problemsOf(changed, around).join('\n')).toContain(problem);
  }
});

test('the workflow that deploys does so after the tests and the account’s answer, and cannot be asked', () => {
  for (const { text } of deploy) {
    const order = ['uses: ./.github/workflows/', 'npm run preflight', 'npm run deploy'].map((step) =>
      text.indexOf(step),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(text).toMatch(/needs: (check|test)/);
    expect(text).toMatch(/npm run deploy -- .*--require-approval never/);
    expect(text).toContain('environment: $' + '{{ inputs.stage }}');
  }
});

test('each night there are 100 new seeds, all mutants, a soak, the drills and the console kept open', () => {
  const nightly = read('.github/workflows/nightly.yml');
  expect(nightly).toMatch(/cron:/);
  expect(nightly).toContain('npm run prove -- --seed "$((GITHUB_RUN_NUMBER * 100))" --seeds 100\n');
  expect(nightly).toMatch(/npm run mutants\n/);
  expect(nightly).toMatch(/npm run load -- soak/);
  expect(nightly).toMatch(/npm run load -- drills\n/);
  // As long as it takes until the wire has let go of what came first.
  expect(nightly).toMatch(/npm run load -- console --minutes 12 /);
});
