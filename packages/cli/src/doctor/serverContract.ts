/** What the doctor reads of a server's AsyncAPI document. */
export interface ServerContract {
  readonly release: string;
  /** Whether the app has an action. */
  has(action: string): boolean;
  /** Names of topics that an action can be about, one of each kind, with this id. */
  topicsFor(action: string, id: string): string[];
}

interface Document {
  readonly info?: { readonly version?: string };
  readonly operations?: Readonly<Record<string, unknown>>;
  readonly components?: {
    readonly messages?: Readonly<
      Record<string, { payload?: { properties?: { topic?: { pattern?: string } } } }>
    >;
  };
}

export function readContract(document: unknown): ServerContract {
  const { info, operations = {}, components } = document as Document;
  return {
    release: info?.version ?? 'unknown',
    has: (action) => Object.hasOwn(operations, action),
    topicsFor(action, id) {
      const pattern = components?.messages?.[action]?.payload?.properties?.topic?.pattern ?? '';
      const names = [...pattern.matchAll(/(?:^\^?\(?|\|)([a-z][\w-]*):/g)].map(([, kind]) => `${kind}:${id}`);
      // Of a pattern that says more than letters for its ids, the name may be none.
      return names.filter((name) => new RegExp(pattern).test(name));
    },
  };
}
