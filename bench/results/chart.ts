/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** As it is written beside the bar. */
  readonly text: string;
  /** Ours stands out. */
  readonly isOurs: boolean;
}

export interface Chart {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const sizes = {
  width: 760,
  row: 30,
  bar: 18,
  top: 52,
  left: 250,
  right: 210,
  bottom: 16,
  letter: 7.1,
} as const;

/**
 * Bars from 0, as an SVG with a background and colours of its own for light and dark, since pages show it as an image
 * that knows nothing of them. The fonts are the reader's.
 */
export function barChart({ title, bars }: Chart): string {
  const height = sizes.top + bars.length * sizes.row + sizes.bottom;
  const max = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const room = sizes.width - sizes.left - sizes.right;
  const rows = bars.map((bar, at) => row(bar, sizes.top + at * sizes.row, (bar.value / max) * room));
  const described = `${title}: ${bars.map(({ label, text }) => `${label} ${text}`).join('; ')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${sizes.width} ${height}" width="${sizes.width}" height="${height}" role="img" aria-label="${escaped(described)}">
<style>${style}</style>
<rect class="page" x="0.5" y="0.5" width="${sizes.width - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="16" y="30">${escaped(title)}</text>
${rows.join('\n')}
<line class="axis" x1="${sizes.left}" x2="${sizes.left}" y1="${sizes.top - 6}" y2="${height - sizes.bottom + 2}"/>
</svg>
`;
}

function row({ label, text, isOurs }: Bar, y: number, length: number): string {
  const middle = y + sizes.bar / 2 + 4.5;
  // Of nothing there is a line to be seen.
  const width = Math.max(1.5, length).toFixed(1);
  return [
    `<text class="label${isOurs ? ' ours' : ''}" x="${sizes.left - 10}" y="${middle}">${escaped(shortened(label))}</text>`,
    `<rect class="bar${isOurs ? ' ours' : ''}" x="${sizes.left}" y="${y}" width="${width}" height="${sizes.bar}" rx="2"/>`,
    `<text class="value" x="${(sizes.left + Math.max(1.5, length) + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`,
  ].join('\n');
}

const style = [
  'text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}',
  '.title{font-weight:600;font-size:14px}',
  '.label{text-anchor:end}.ours{font-weight:600}',
  '.value{fill:#59636e}',
  '.page{fill:#fff;stroke:#d1d9e0}.axis{stroke:#818b98}',
  '.bar{fill:#9aa7b5}.bar.ours{fill:#0969da}',
  '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.value{fill:#9198a1}.page{fill:#0d1117;stroke:#3d444d}.axis{stroke:#656c76}.bar{fill:#59636e}.bar.ours{fill:#4493f8}}',
].join('');

/** What has no room beside the bars. */
const shortened = (label: string) => {
  const max = Math.floor((sizes.left - 20) / sizes.letter);
  return label.length > max ? `${label.slice(0, max - 1)}…` : label;
};

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
