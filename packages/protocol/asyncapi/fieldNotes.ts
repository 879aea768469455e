/**
 * What a field is for, where its schema does not say so. A description at the schema is better and comes first;
 * a test fails for a note that is not needed (any more).
 */
export const fieldNotes: Readonly<Record<string, string>> = {
  'hello payload.subs': 'The topics to recover, each with where the client has got to.',
  'hello payload.subs[].topic': 'A topic that the caller may subscribe to.',
  'hello answer.connectionId': 'The connection, as the server names it.',
  'hello answer.userId': "The caller: the token's `sub`.",
  'hello answer.tenant': 'The tenant, out of the token.',
  'hello answer.roles': 'The roles, out of the token.',
  'hello answer.limits':
    "The stage's limits by their settings' names: frameBytes, topicsPerConnection, bookingsPerUser and others.",
  'hello answer.subs':
    'A `subscribed` payload with its topic for each topic that was asked for, or its `error`; and the position of every other feed.',
  'hello answer.subs[].topic': 'What the entry is about.',
  'sync payload.heads': 'Where the client has got to, by topic: a `seq`, or `{epoch, seq}`.',
  'sync answer.behind': 'Where the topics stand that are beyond what the client has, by topic.',
  'sync answer.behind.*.epoch': 'Which numbering `seq` belongs to.',
  'sync answer.behind.*.seq': 'The number of the newest event.',
  'auth payload.token': 'The new JWT.',
  'auth answer.expiresAt': 'When the token expires: milliseconds since 1970, UTC.',
  'interaction.record answer.total': 'The counter of this kind, after this interaction.',
  'engagement.update answer.version': 'How often the engagement was updated.',
  'notification.list answer.items': 'The notifications of this page.',
  'notification.list answer.items[].read': 'Whether the user has read it.',
  'presence.get answer.users': 'Who is there.',
  'job.get answer.status': 'How far it is.',
  'job.get answer.error.code': 'One of the error codes.',
  'job.get answer.error.message': 'What went wrong, for people.',
  'interaction event.kind': 'What happened.',
  'interaction event.by': 'How often it happened.',
  'alert event.body': 'More about it.',
  'message event.body': 'What it says.',
  'notification event.read': 'Whether the user has read it.',
  'notification.read event.ids': 'Which were read.',
  'room.message event.body': 'What it says.',
  'queue.updated event.appointments[].status': 'How far the patient has got.',
  'job.result event.status': 'What became of it.',
  'job.result event.error.code': 'One of the error codes.',
  'job.result event.error.message': 'What went wrong, for people.',
  'stream.end event.status': 'What became of it.',
};
