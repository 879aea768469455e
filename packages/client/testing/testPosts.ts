import type { TestConnection } from './testSocket.ts';

/** What goes out to connections. */
export interface TestPosts {
  post(connection: TestConnection, frame: object): void;
  /** A frame of a topic, which a batch may hold. */
  postEvent(connection: TestConnection, frame: object): void;
  /** What is posted of topics meanwhile reaches each connection that asked for batches as one frame. */
  together(run: () => void): void;
}

/** @param note is told of each frame that goes out. */
export function createTestPosts(
  now: () => number,
  note: (connection: TestConnection, frame: object) => void,
): TestPosts {
  let gathered: Map<TestConnection, object[]> | undefined;

  function post(connection: TestConnection, frame: object) {
    if (connection.state === 'open') note(connection, frame);
    connection.send(frame);
  }

  return {
    post,
    postEvent(connection, frame) {
      if (!gathered || !connection.batch) return post(connection, frame);
      gathered.set(connection, [...(gathered.get(connection) ?? []), frame]);
    },
    together(run) {
      const all = new Map<TestConnection, object[]>();
      gathered = all;
      run();
      gathered = undefined;
      for (const [connection, [first, ...others]] of all) {
        const batch = { type: 'batch', ts: now(), payload: { frames: [first, ...others] } };
        post(connection, others[0] ? batch : (first as object));
      }
    },
  };
}
