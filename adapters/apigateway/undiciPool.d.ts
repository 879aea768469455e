// The pool alone loads in 19 ms; the whole of undici, with its fetch and its WebSocket, in 46.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const pool: typeof Pool;
  export default pool;
}
