/**
 * Bundled in the place of the SDK's search for credentials in files, processes and metadata services: `wiring.ts`
 * names those that Lambda gives every function, and 118 KB less are loaded by a cold start.
 */
export const defaultProvider = () => async () => {
  throw new Error('a client was made without the credentials of its function: see lambdas/wiring.ts');
};
