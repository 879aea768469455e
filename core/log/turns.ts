/** Lets works of one name run one after the other, and nobody wait behind all that another one asked for. */
export interface Turns {
  /** @param who for whom the work is: those who wait are served in rotation, one work of each. */
  run<R>(name: string, who: string, work: () => Promise<R>): Promise<R>;
}

type Waiting = Map<string, (() => void)[]>;

export function fairTurns(): Turns {
  /** Of each name that is at work, who waits; in the order in which they are served. */
  const lines = new Map<string, Waiting>();
  return {
    async run(name, who, work) {
      const line = lines.get(name);
      if (line) await waitIn(line, who);
      else lines.set(name, new Map());
      try {
        return await work();
      } finally {
        serveNext(name);
      }
    },
  };

  function waitIn(line: Waiting, who: string): Promise<void> {
    return new Promise((begin) => {
      const own = line.get(who);
      if (own) own.push(begin);
      else line.set(who, [begin]);
    });
  }

  function serveNext(name: string): void {
    const line = lines.get(name);
    const first = line?.entries().next();
    if (!line || !first || first.done) return void lines.delete(name);
    const [who, [begin, ...others]] = first.value;
    line.delete(who);
    if (others.length > 0) line.set(who, others);
    begin?.();
  }
}
