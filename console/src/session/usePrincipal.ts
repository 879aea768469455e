import type { Status } from '@tidings/client';
import { useStatus } from '@tidings/client/react';
import type { Session } from './createSession.ts';
import { useSession } from './useSession.ts';

/** As whom somebody is signed in, as far as it is known. */
export interface KnownPrincipal {
  readonly userId: string | undefined;
  readonly tenant: string | undefined;
  readonly roles: readonly string[];
}

/** As the server says, and before that as the token does. */
export const principalOf = ({ who }: Pick<Session, 'who'>, { session }: Status): KnownPrincipal => ({
  userId: session?.userId ?? who.user,
  tenant: session?.tenant ?? who.tenant,
  roles: session?.roles ?? who.roles ?? [],
});

/** Whoever is signed in here. */
export const usePrincipal = (): KnownPrincipal => principalOf(useSession(), useStatus());
