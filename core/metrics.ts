/** A figure as CloudWatch has it. */
export interface MetricRules {
  readonly unit: 'Count' | 'Milliseconds';
  /** What it is split by: of few values, and never anything of a user, since each value is a metric that is paid for. */
  readonly by?: string;
  readonly what: string;
}

/** All that is measured, by the name in CloudWatch. */
export const metrics = {
  Connects: { unit: 'Count', what: 'Connections that were opened' },
  RefusedHandshakes: {
    unit: 'Count',
    by: 'check',
    what: 'Handshakes that were refused, by the check that failed',
  },
  Unauthorized: {
    unit: 'Count',
    what: 'Those that were answered 401, which Lambda counts as errors of the authorizer',
  },
  Requests: {
    unit: 'Count',
    by: 'action',
    what: 'Frames, HTTP calls and events of the bus that ask for an action',
  },
  RefusedRequests: { unit: 'Count', by: 'code', what: 'Those that were answered with an error, by its code' },
  CommitTries: { unit: 'Count', what: 'Tries to commit a change of a topic' },
  CommitConflicts: { unit: 'Count', what: 'Those that met another change, and were tried again' },
  Recipients: { unit: 'Count', what: 'Connections that an event was to reach' },
  Delivered: { unit: 'Count', what: 'Posts that API Gateway took' },
  GoneConnections: { unit: 'Count', what: 'Posts to connections that were gone' },
  SlowConnections: { unit: 'Count', what: 'Posts that a connection was too slow for' },
  PostMs: {
    unit: 'Milliseconds',
    what: 'From the begin of a fan-out until a part of its audience was posted to',
  },
  QueueMs: { unit: 'Milliseconds', by: 'work', what: 'How long work waited in its queue' },
  FailedWork: { unit: 'Count', by: 'work', what: 'Work that failed and comes again, or is given up' },
} as const satisfies Readonly<Record<string, MetricRules>>;

export type MetricName = keyof typeof metrics;
