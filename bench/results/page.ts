import { shown } from '../measure.ts';
import { type Figure, figuresOf, type MeasuredBench, type Results } from '../results.ts';
import { comparison, spread } from '../resultsTable.ts';
import { barChart } from './chart.ts';

/** The page of the results and its charts: every file by its path below docs. */
export function pageOf(results: Results): ReadonlyMap<string, string> {
  const charts = results.benches.flatMap(chartsOf);
  return new Map([['results.md', textOf(results)], ...charts.map(({ path, svg }) => [path, svg] as const)]);
}

const textOf = (results: Results) =>
  [
    '# Results',
    '',
    '<!-- Made by `npm run results` of bench/results/latest.json: change neither by hand. -->',
    '',
    aboutOf(results),
    '',
    'Of each timed figure there is the median, with the least and the most of its runs in brackets; variants ran in turn. Times are those of this machine, on which sockets, servers and database share the cores: only the ratios say something about another one. What is counted (units, requests, frames, bytes) is the same everywhere. [How the peers are driven](../bench/peers/README.md) tells what is alike and what is not.',
    '',
    '```',
    'npm run bench:peers',
    'npm run bench -- --json bench/results/latest.json && npm run results',
    '```',
    '',
    ...results.benches.flatMap(sectionOf),
  ].join('\n');

function aboutOf({ commit, date, machine, note }: Results): string {
  const { cpu, cores, memoryGb, system, node } = machine;
  const where = `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`;
  return `Measured on ${date} at commit \`${commit}\`: ${where}.${note === undefined ? '' : ` ${note}`}`;
}

function sectionOf(measured: MeasuredBench): string[] {
  const charts = chartsOf(measured).map(({ path, title }) => `![${title}](${path})`);
  return [
    `## ${measured.name}`,
    '',
    `${capital(measured.measures)}.`,
    '',
    ...charts.flatMap((one) => [one, '']),
    ...tableOf(measured),
    '',
  ];
}

/** A row a variant; where there are more figures than a line has room for, a row a figure. */
function tableOf(measured: MeasuredBench): string[] {
  const figures = figuresOf(measured);
  const variants = [...new Set(measured.figures.map(({ variant }) => variant))];
  const cell = (name: string, of: string) =>
    cellOf(
      measured,
      measured.figures.find(({ figure, variant }) => figure === name && variant === of),
    );
  const named = figures.map(({ of }) => inUnit(of[0]));
  if (figures.length <= 4) {
    return asTable(
      ['', ...named],
      variants.map((variant) => [variant, ...figures.map(({ name }) => cell(name, variant))]),
    );
  }
  return asTable(
    ['', ...variants],
    figures.map(({ name }, at) => [named[at] ?? '', ...variants.map((variant) => cell(name, variant))]),
  );
}

const asTable = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

function cellOf(measured: MeasuredBench, figure: Figure | undefined): string {
  if (!figure) return '';
  const between = spread(figure);
  const said = [shown(figure.median), ...(between === '' ? [] : [`(${between})`])].join(' ');
  const compared = comparison(measured, figure);
  return compared === '' || compared === 'baseline' ? said : `${said}, ${compared}`;
}

/** Those that the bench names. */
function chartsOf(measured: MeasuredBench): { path: string; title: string; svg: string }[] {
  return figuresOf(measured)
    .filter(({ name }) => measured.charts?.includes(name))
    .map(({ name, of }) => {
      const [first] = of;
      const title = `${measured.name}: ${inUnit(first)}, ${first?.better === 'less' ? 'less' : 'more'} is better`;
      const bars = of.map((figure) => {
        const compared = comparison(measured, figure);
        const text = [shown(figure.median), ...(compared === '' ? [] : [compared])].join(', ');
        return { label: figure.variant, value: figure.median, text, isOurs: isOurs(figure.variant) };
      });
      return { path: `results/${fileName(measured.name, name)}.svg`, title, svg: barChart({ title, bars }) };
    });
}

/** What is counted in itself has no unit to name. */
const inUnit = (of: Figure | undefined) =>
  of === undefined || of.figure.endsWith(of.unit) ? (of?.figure ?? '') : `${of.figure}, ${of.unit}`;
const isOurs = (variant: string) => /tidings|local stack/.test(variant);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const fileName = (...parts: string[]) =>
  parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
