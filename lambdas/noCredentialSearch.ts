/**
 * Bundled instead of the SDK's search for credentials in files, processes and metadata services. `wiring.ts`
 * uses those that Lambda gives every function, and a cold start loads 118 KB less.
 */
export const defaultProvider = () => async () => {
  throw new Error('a client was made without the credentials of its function: see lambdas/wiring.ts');
};
