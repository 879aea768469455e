/** A figure as CloudWatch has it. */
export interface MetricRules {
  readonly unit: 'Count' | 'Milliseconds';
  /** What it is split by: of few values, and never anything of a user, since each value is a metric that is paid for. */
  readonly by?: string;
}

/** All that is measured, by the name in CloudWatch. A comment is what docs/operating.md says, and costs a function no byte. */
export const metrics = {
  /** Connections that were opened. */
  Connects: { unit: 'Count' },
  /** Handshakes that were refused, by the check that failed. */
  RefusedHandshakes: { unit: 'Count', by: 'check' },
  /** Those that were answered 401, which Lambda counts as errors of the authorizer. */
  Unauthorized: { unit: 'Count' },
  /** Frames, HTTP calls and events of the bus that ask for an action. */
  Requests: { unit: 'Count', by: 'action' },
  /** Those that were answered with an error, by its code. */
  RefusedRequests: { unit: 'Count', by: 'code' },
  /** Tries to commit a change of a topic. */
  CommitTries: { unit: 'Count' },
  /** Those that met another change, and were tried again. */
  CommitConflicts: { unit: 'Count' },
  /** Connections that an event was to reach. */
  Recipients: { unit: 'Count' },
  /** Posts that API Gateway took. */
  Delivered: { unit: 'Count' },
  /** Posts to connections that were gone. */
  GoneConnections: { unit: 'Count' },
  /** Posts that a connection was too slow for. */
  SlowConnections: { unit: 'Count' },
  /** From the begin of a fan-out until a part of its audience was posted to. */
  PostMs: { unit: 'Milliseconds' },
  /** How long work waited in its queue. */
  QueueMs: { unit: 'Milliseconds', by: 'work' },
  /** Work that failed and comes again, or is given up; 0 for a job or an answer that was done. */
  FailedWork: { unit: 'Count', by: 'work' },
} as const satisfies Readonly<Record<string, MetricRules>>;

export type MetricName = keyof typeof metrics;
