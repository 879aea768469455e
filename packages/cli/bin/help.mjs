// Plain JavaScript, for whoever asks for help should not wait until TypeScript can be read.
import { readFileSync } from 'node:fs';

const server = `
  --url URL      the HTTP address of the stack (default: TIDINGS_URL, or the local stack)
  --token JWT    who you are (default: TIDINGS_TOKEN)

Or, with the local stack, a token of its own issuer:
  --user U --tenant T --role R   msp, client, admin or service; --role may be given several times
  --client C                     a client of a client's user; may be given several times
  --issuer URL                   default: /issuer at --url
`;

/** Of commands that look at a deployed stack. */
const deployed = `  --stage S       the stage whose stack is meant (default: dev); or --stack NAME
  --region R, --profile P   where it is, and with which credentials of AWS, as for the AWS CLI
`;

/** What each command does in a few words, and how it is called. */
const commands = {
  send: {
    summary: 'run an action over HTTP and print its answer',
    usage: `tidings send ACTION [options]

Runs any action of the domain and prints the frame that answers it.

  tidings send interaction.record --payload '{"clientId":"acme","kind":"login"}'
  tidings send room.send --topic room:lobby --payload '{"body":"Good morning"}'

  --topic T      the topic, for actions that name one
  --payload P    the payload: a JSON object
  --ref R        what makes a repeat count once (default: a random one, which the answer names)
${server}`,
  },
  notify: {
    summary: 'send a user a notification',
    usage: `tidings notify USER --kind K --title T [options]

Stores a notification for a user, who gets it on all devices, also later. Prints the answer.

  --kind K       what it is about, in a word of your own
  --title T      one line
  --body B       more about it
  --data D       what a program needs to act on it: a JSON object
  --ref R        what makes a repeat count once (default: a random one, which the answer names)
${server}`,
  },
  stats: {
    summary: "count the tenant's connections",
    usage: `tidings stats [options]

Prints the frame that says how many connections and users the tenant has. For msp and admin.
${server}`,
  },
  tail: {
    summary: 'print the events of a topic as they come, until Ctrl-C',
    usage: `tidings tail TOPIC [options]

Follows a topic: user:me, tenant, msp, client:<id>, client:*, room:<id>, queue:<date>, conversation:<id>.
Prints a line of JSON for each frame: first where the topic stands, then every event once and in order,
also those that came while the connection was lost. When that is no longer possible, the topic's state is
printed again. client:* has no order of its own, and brings no events that were missed.

  --since EPOCH:SEQ   begin after this event, as a line of before names it
  --ws URL            the address of the socket (default: TIDINGS_WS, or that of the local stack)
${server}`,
  },
  doctor: {
    summary: 'check a stack from end to end: the test that a first deploy begins with',
    usage: `tidings doctor [options]

Signs in, connects, pings, compares clocks and versions, subscribes, publishes to a second connection, over HTTP and
over the event bus, and has 20 connections served by the queue. Prints a line for each check, with its time, and for one
that failed what to do next. Ends with 1 where one failed. What is published is a message from the user to itself.

  --stage S          the deployed stack of a stage, found with AWS credentials; --stack NAME, --region R and --profile P
                     as they are needed. Without it: the stack at --url
  --ws URL           the address of the socket (default: TIDINGS_WS, or that of the local stack)
  --user EMAIL       with --stage: signs in to the stage's own user pool, with the password of TIDINGS_PASSWORD, of
                     standard input (--password-stdin), or asked for
  --token-stdin      read tokens from standard input, one a line: the caller's, then those of other users of the tenant
  --bus NAME         the event bus of a deployed stack; needs AWS credentials
  --publish ACTION   what to publish with, in the place of message.send or channel.publish
  --topic T          the topic of its event, which is subscribed to
  --payload P        its payload: a JSON object
  --presence T       the topic whose followers the queue serves (default: one of a kind that has presence)
  --wait SECONDS     how long an answer or an event is waited for (default 20)
  --json             print one JSON document in the place of lines
${server}
With the local stack and nobody named, it is a user of a tenant of its own.
`,
  },
  user: {
    summary: 'make a user of a deployed stack that names no issuer',
    usage: `tidings user add EMAIL --tenant T --role R [options]

Makes a user in the stack's own user pool, who can sign in at once, and prints who it is as a line of JSON, with a
password that nothing keeps. Who exists already is left as it is.

  --tenant T        the tenant of that user; it never changes
  --role R          msp, client, admin, service or one of the app's own; may be given several times
  --client C        a client of a client's user; may be given several times, up to 80
  --password-stdin  take the first line of standard input for the password, and do not print it
${deployed}`,
  },
  redrive: {
    summary: 'send dead letters back to where they came from',
    usage: `tidings redrive [options]

Says for each queue of dead letters how many there are, and where they would go back to. With --yes they go: to the queue
that they came from, and events of other services to the stage's event bus. Mend what made them fail first.
Ends with 1 where some are left, and says of each queue how many. Other queues of the stack have to be named.

  --list         print each with its time, kind and request (of a queue 1,000), and do nothing; what is in it is not shown
  --queue NAME   only those of this queue
  --yes          do it
  --stage S      the deployed stack of a stage, found with AWS credentials; --stack NAME, --region R and --profile P
                 as they are needed. Without it: the local stack at --url
  --url URL      the HTTP address of the local stack (default: TIDINGS_URL, or where npm run dev puts it)
`,
  },
  restored: {
    summary: 'have every topic begin anew, after its table was brought back to an earlier time',
    usage: `tidings restored [options]

Says how many topics the table has. With --yes each begins a new epoch, with the state that it has: clients that are
further than the table then ask for the state, and do not take what comes next for something that they have.

  --yes          do it
  --stage S      the deployed stack of a stage, found with AWS credentials; --stack NAME, --region R and --profile P
                 as they are needed. Without it: the local stack at --url
  --url URL      the HTTP address of the local stack (default: TIDINGS_URL, or where npm run dev puts it)
`,
  },
  costs: {
    summary:
      'say what a number of connections would cost, how long a broadcast takes, and where the limits are',
    usage: `tidings costs --connections N [options]

Says what a month, an hour and an event cost, how long a broadcast and a reconnect of all take by the quotas of AWS, and
where another service or more accounts are the better answer. It is a model with list prices, and asks nobody.

  tidings costs --connections 10000 --events 0.5 --receivers 10
  tidings costs --connections 1000000 --events 0.5 --receivers 10 --together 5 --set requests=50000

  --connections N   how many are open at a time
  --events E        events that each connection causes in a minute (default 0.5)
  --receivers R     other connections that get each event (default 10)
  --together K      events of one change, which travel as one message where batches are understood (default 1)
  --bytes B         of one event (default 300)
  --hours H         how many hours of a day they are open (default 24)
  --set NAME=X      a price, a quota or an assumption of your own; may be given several times
  --figures         list all of those that are used, each with where it is from
  --json            print one JSON document in the place of lines
`,
  },
  contract: {
    summary: "print the server's contract as an AsyncAPI document",
    usage: `tidings contract [options]

Prints the AsyncAPI document of the server's own release. It is open to all: no token is needed.

  --format F     json (the default) or yaml
  --url URL      the HTTP address of the stack (default: TIDINGS_URL, or the local stack)
`,
  },
};

/** They run in the folder of an app, and tell their options themselves. */
const ofTheApp = {
  dev: 'run the app on this machine',
  token: 'sign in, and print a token',
  preflight: 'ask an account whether the app can be deployed into it',
  deploy: 'deploy the app with the CDK',
  erase: 'delete the data of a tenant or of a user',
};
const listed = {
  ...Object.fromEntries(Object.entries(commands).map(([word, { summary }]) => [word, summary])),
  ...ofTheApp,
};
const width = Math.max(...Object.keys(listed).map((word) => word.length));

export const usage = `tidings COMMAND [options]

${Object.entries(listed)
  .map(([word, summary]) => `  ${word.padEnd(width)}   ${summary}`)
  .join('\n')}

tidings COMMAND --help tells a command's options, tidings --version the release.
Exit codes: 0 done, 1 refused or failed, 2 not understood.
`;

/** The text that a command line asks for and that needs no server; `undefined` where it asks for something else. */
export function helpFor([word, ...rest]) {
  if (word === '--help') return usage;
  if (word === '--version') {
    return `${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`;
  }
  const isCommand = word !== undefined && Object.hasOwn(commands, word);
  return isCommand && rest.includes('--help') ? commands[word].usage : undefined;
}
