import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { Client } from '../client.ts';
import type { Registered } from './registered.ts';

const ClientContext = createContext<Client<Registered> | undefined>(undefined);

/** What `TidingsProvider` takes. */
export interface TidingsProviderProps {
  /** Made outside of the components, so that it outlives them: with `createClient`. */
  readonly client: Client<Registered>;
  readonly children?: ReactNode;
}

/**
 * Gives the hooks below their client. It opens nothing by itself: the first topic that is followed does, in
 * an effect, so never on a server.
 */
export function TidingsProvider({ client, children }: TidingsProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest provider. @throws Error without one. */
export function useClient(): Client<Registered> {
  const client = useContext(ClientContext);
  if (!client) throw new Error('there is no TidingsProvider above this component');
  return client;
}
