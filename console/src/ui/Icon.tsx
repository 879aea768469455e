/** Drawn on 16 by 16, with strokes; more than one path is joined by a space. */
const paths = {
  overview: 'M2 13h12 M4 13V8 M8 13V3 M12 13V6',
  topics: 'M3 4h10 M3 8h10 M3 12h6',
  wire: 'M2 6h11l-3-3 M14 10H3l3 3',
  connection: 'M6 10 4.5 11.5a2.5 2.5 0 0 1-3-3L4 6 M10 6l1.5-1.5a2.5 2.5 0 0 1 3 3L12 10 M6 10l4-4',
  people:
    'M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z M1.5 13.5a4.5 4.5 0 0 1 9 0 M11 8.2a2 2 0 1 0-.6-3.9 M12 13.5h2.5a3.6 3.6 0 0 0-3-3.6',
  board: 'M2 3h12v10H2z M2 6.5h12 M6.5 6.5V13',
  bell: 'M8 2a4 4 0 0 0-4 4v3l-1.3 2.2h10.6L12 9V6a4 4 0 0 0-4-4Z M6.5 13.2a1.6 1.6 0 0 0 3 0',
  room: 'M2 3.5h12v7.5H7l-3 2.5V11H2z',
  queue: 'M2.5 3h11v10h-11z M2.5 6h11 M5 1.8v2.4 M11 1.8v2.4',
  assistant: 'M8 2v3 M8 11v3 M2 8h3 M11 8h3 M4 4l1.8 1.8 M10.2 10.2 12 12 M12 4l-1.8 1.8 M5.8 10.2 4 12',
  job: 'M2.5 5.5h11v7.5h-11z M6 5.5V3h4v2.5 M2.5 9h11',
  contract: 'M4 2h5.5L12.5 5v9H4z M9.5 2v3h3 M6 8.5h4.5 M6 11h4.5',
  faults: 'M8 2.5 14 13.5H2z M8 6.5v3.2 M8 11.4v.2',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z M8 4.8V8l2.2 1.6',
  key: 'M9.5 9.5a3.5 3.5 0 1 0-3-3L2 11v3h3v-2h2v-1.5z M10.8 5.2v.1',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Z M10.7 10.7 14 14',
  sun: 'M8 10.8A2.8 2.8 0 1 0 8 5.2a2.8 2.8 0 0 0 0 5.6Z M8 1.5V3 M8 13v1.5 M1.5 8H3 M13 8h1.5 M3.4 3.4l1 1 M11.6 11.6l1 1 M12.6 3.4l-1 1 M4.4 11.6l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  menu: 'M2 4h12 M2 8h12 M2 12h12',
  close: 'M3.5 3.5l9 9 M12.5 3.5l-9 9',
  chevron: 'M4.5 6.5 8 10l3.5-3.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  left: 'M9.5 4.5 6 8l3.5 3.5',
  copy: 'M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5 6.5 12 13 4.5',
  plus: 'M8 3v10 M3 8h10',
  refresh: 'M13 6.5A5.3 5.3 0 0 0 3.4 5.3 M3 2.5v3h3 M3 9.5a5.3 5.3 0 0 0 9.6 1.2 M13 13.5v-3h-3',
  download: 'M8 2.5v8 M4.8 7.5 8 10.7l3.2-3.2 M3 13.5h10',
  play: 'M4.5 3v10L13 8z',
  pause: 'M5 3v10 M11 3v10',
  trash: 'M2.5 4.5h11 M6 4.5V2.5h4v2 M4 4.5l.6 9h6.8l.6-9',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.5v-3z',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2 M8 11.2v.1',
  lock: 'M3.5 7h9v6.5h-9z M5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  signOut: 'M6.5 2.5h-4v11h4 M6 8h8 M11 5l3 3-3 3',
} as const;

export type IconName = keyof typeof paths;

/** Says nothing: what it stands at has a name of its own. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
