import type { LogEvent } from '../../topics/log/event.ts';

/** What an event of a client says, in one line. */
export function eventText({ type, payload }: Pick<LogEvent, 'type' | 'payload'>): string {
  const of = Object(payload) as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'interaction':
      return `${of.kind}${of.by === 1 ? '' : ` × ${of.by}`}, now ${of.total}`;
    case 'interaction.forgotten':
      return `${of.kind} was forgotten`;
    case 'engagement':
      return [
        `Engagement ${of.version}`,
        of.status !== null && `status ${of.status}`,
        of.score !== null && `score ${of.score}`,
      ]
        .filter(Boolean)
        .join(', ');
    case 'alert':
      return `Alert: ${of.title}`;
    case 'alert.acknowledged':
      return 'An alert was acknowledged';
    default:
      return type;
  }
}
