/** Runs work under one name one after the other, so that nobody waits behind all the work of another user. */
export interface Turns {
  /** @param who the user of the work. Waiting users take turns, with one work each. */
  run<R>(name: string, who: string, work: () => Promise<R>): Promise<R>;
}

type Waiting = Map<string, (() => void)[]>;

export function fairTurns(): Turns {
  /** For each name with running work, the users who wait, in order. */
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
