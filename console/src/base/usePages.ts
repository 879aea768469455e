import { useEffect, useRef, useState } from 'react';

/** Rows that come page by page. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly isReading: boolean;
  readonly error?: Error;
  /** Absent on the last page. */
  readonly cursor?: string;
  readonly more: () => void;
  readonly again: () => void;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly cursor?: string | undefined;
}

/** Reads the first page when `key` changes, and the next ones when somebody asks. A page may be empty and yet not the last. */
export function usePages<Row>(
  key: string,
  read: (cursor: string | undefined) => Promise<PageOf<Row>>,
): Pages<Row> {
  const [state, setState] = useState<Omit<Pages<Row>, 'more' | 'again'>>({ rows: [], isReading: true });
  const reading = useRef(read);
  reading.current = read;
  const run = useRef(0);

  function ask(before: readonly Row[], from: string | undefined) {
    const mine = ++run.current;
    setState((now) => ({ rows: now.rows, isReading: true }));
    reading.current(from).then(
      ({ rows, cursor }) => {
        if (mine !== run.current) return;
        const all = [...before, ...rows];
        if (rows.length === 0 && cursor !== undefined) return ask(all, cursor);
        setState({ rows: all, isReading: false, ...(cursor !== undefined && { cursor }) });
      },
      (error: Error) =>
        mine === run.current && setState((now) => ({ rows: now.rows, isReading: false, error })),
    );
  }

  // `key` says what is asked for.
  useEffect(() => {
    ask([], undefined);
    return () => void run.current++;
  }, [key]);
  return { ...state, more: () => ask(state.rows, state.cursor), again: () => ask([], undefined) };
}
