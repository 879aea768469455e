/** What a test opened and has not closed, as functions that close it. Files may share their modules: no hook stands there. */
export const leftOpen = {
  /** To be closed after each test. */
  byTest: new Set<() => void>(),
  /** To be closed after each file. */
  byFile: new Set<() => void>(),
};
