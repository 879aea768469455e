/** Where `npm run dev` listens and `npm run token` asks unless told otherwise. */
export const defaultPort = 4510;
