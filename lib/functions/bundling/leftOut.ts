/** What is left out of functions, besides the packages that have stand-ins. */
export interface LeftOut {
  /** Whether something other than the engine's table has a client of DynamoDB. */
  readonly ownDynamo: boolean;
  /** Whether the file is of the engine's table, and of no other client. */
  readonly isOfTable: boolean;
}

interface Edit {
  /** The end of the path, with `/`. */
  readonly file: RegExp;
  /**
   * Leaves a text as it is that it does not know: another version of the SDK is then bundled with more. What it has the
   * text import stands as seen from the SDK's file, which is where the bundler looks for it.
   */
  readonly edit: (text: string, leftOut: LeftOut) => string;
}

/** A file of the SDK, without what functions never use of it. */
export function leaveOut(path: string, text: string, leftOut: LeftOut): string {
  const name = path.replaceAll('\\', '/');
  const found = edits.filter(({ file }) => file.test(name));
  return found.reduce((left, { edit }) => edit(left, leftOut), text);
}

/** In the place of an import of one name. */
const instead = (text: string, name: string, line: string): string =>
  text.replace(new RegExp(`^import \\{ ${name} \\} from .*$`, 'm'), line);

const timesIn = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** Has esbuild leave out what is made of calls that do nothing else. */
const pure = (text: string, calls: RegExp): string => text.replace(calls, '/* @__PURE__ */ $&');

/** Without the classes that an error is made by. */
function withoutRegistries(text: string): string {
  const made = timesIn(text, /^const \w+_registry = new TypeRegistry\(\w+\);$/gm);
  const left = text
    .replace(/(?<== )new TypeRegistry\(\w+\)(?=;$)/gm, 'undefined')
    .replace(/^\w+_registry\.registerError\(.*\);$/gm, '');
  const namedWhereMadeAndListed = 2 * made;
  return timesIn(left, /\b\w+_registry\b/g) === namedWhereMadeAndListed ? left : text;
}

const numberedRegion = /"(?:[a-z]+-)+\d+": \{\s*"description": "[^"]*"\s*\},?/g;

const filesIfNamed = `const loadSharedConfigFiles = async (init) =>
  process.env.AWS_CONFIG_FILE || process.env.AWS_SHARED_CREDENTIALS_FILE
    ? (await import("../shared-ini-file-loader/loadSharedConfigFiles")).loadSharedConfigFiles(init)
    : { configFile: {}, credentialsFile: {} };`;

const withoutProtocol =
  'function () { throw new Error("a client of DynamoDB was made without its protocol: see adapters/dynamodb/client.ts"); }';

export const edits: readonly Edit[] = [
  {
    // The 3 KB of a SHA-256 in JavaScript are for a Node that was built without OpenSSL. Lambda's has it.
    file: /\/checksum\/sha256\/Sha256Node\.js$/,
    edit: (text) => instead(text, 'Sha256Js', 'const Sha256Js = undefined;'),
  },
  {
    // Files with settings, of which a function has none unless its environment names one: then their reader is loaded.
    file: /\/node-config-provider\/fromSharedConfigFiles\.js$/,
    edit: (text) => instead(text, 'loadSharedConfigFiles', filesIfNamed),
  },
  {
    // The region, asked of the machine where no setting names it: Lambda's environment does. Undefined is: no answer.
    file: /\/(?:defaults-mode\/resolveDefaultsModeConfig|regionConfig\/config)\.js$/,
    edit: (text) =>
      instead(text, 'getInstanceMetadataRegion', 'const getInstanceMetadataRegion = async () => undefined;'),
  },
  {
    // Another way to try again, which a setting may choose: then it is loaded.
    file: /\/middleware-retry\/configurations\.js$/,
    edit: (text) =>
      timesIn(text, /\bAdaptiveRetryStrategy\b(?!")/g) === 2
        ? instead(text, 'AdaptiveRetryStrategy', '').replace(
            'new AdaptiveRetryStrategy(',
            'new (await import("../util-retry/AdaptiveRetryStrategy")).AdaptiveRetryStrategy(',
          )
        : text,
  },
  {
    // Messages of a stream that are signed one by one, which few services take: what that needs is loaded then.
    file: /\/signature-v4\/dist-es\/SignatureV4\.js$/,
    edit: (text) =>
      timesIn(text, /\b[hH]eaderFormatter\b(?!")/g) === 4 && /^ +async signMessage\(/m.test(text)
        ? instead(text, 'HeaderFormatter', '')
            .replace(/^ +headerFormatter = new HeaderFormatter\(\);$/m, '')
            .replace(
              'this.headerFormatter.format(',
              'new (await import("./HeaderFormatter")).HeaderFormatter().format(',
            )
        : text,
  },
  {
    // The names of S3's buckets are looked at by S3's client alone: it loads what that needs.
    file: /\/middleware-endpoint\/adaptors\/getEndpointFromInstructions\.js$/,
    edit: (text) =>
      timesIn(text, /\bresolveParamsForS3\b/g) === 2
        ? instead(text, 'resolveParamsForS3', '').replace(
            'await resolveParamsForS3(',
            'await (await import("../service-customizations")).resolveParamsForS3(',
          )
        : text,
  },
  {
    // A warning to those whose Node is older than 22, or than whatever the SDK asks for up to Lambda's 24.
    file: /\/submodules\/client\/emitWarningIfUnsupportedVersion\.js$/,
    edit: (text) =>
      /^ +const vv = 2[0-4];$/m.test(text)
        ? 'export const state = { warningEmitted: false };\nexport const emitWarningIfUnsupportedVersion = () => {};\n'
        : text,
  },
  {
    // The date of a `retry-after`, which JavaScript reads as well. The SDK's reader of dates has 5 KB.
    file: /\/middleware-retry\/parseRetryAfterHeader\.js$/,
    edit: (text) =>
      instead(text, 'parseRfc7231DateTime', 'const parseRfc7231DateTime = (text) => new Date(text);'),
  },
  {
    // Of its package.json a client tells its version to the service, and nothing else.
    file: /\/client-[^/]+\/dist-es\/runtimeConfig\.js$/,
    edit: (text) =>
      timesIn(text, /\bpackageInfo\b(?!\.version)/g) === 1
        ? text
            .replace(/^import packageInfo from "/m, 'import { version as packageVersion } from "')
            .replaceAll('packageInfo.version', 'packageVersion')
        : text,
  },
  {
    // What people call regions, which no rule of an endpoint asks for. Which partition a region is of, its form tells.
    file: /\/util-endpoints\/lib\/aws\/partitions\.js$/,
    edit: (text) => text.replace(numberedRegion, ''),
  },
  {
    file: /\/@smithy\/core\/dist-es\/submodules\/(?:endpoints|retry|serde)\/index\.js$/,
    edit: (text) => pure(text, /(?<=(?:= |extends ))bind\w+\(/g),
  },
  {
    file: /\/lib-dynamodb\/dist-es\/pagination\/\w+Paginator\.js$/,
    edit: (text) => pure(text, /(?<== )createPaginator\(/g),
  },
  {
    // The engine's table writes and reads its requests itself (adapters/dynamodb/protocol.ts).
    file: /\/client-dynamodb\/dist-es\/runtimeConfig\.shared\.js$/,
    edit: (text, { ownDynamo }) =>
      ownDynamo
        ? text
        : ['AwsJson1_0Protocol', 'DynamoDBJsonCodec2', 'errorTypeRegistries'].reduce(
            (left, name) => instead(left, name, `const ${name} = ${withoutProtocol};`),
            text,
          ),
  },
  {
    // Which of an operation is a stream of events, and what of it no log shows: the reader of schemas has 6 KB, and there
    // are no schemas, no streams and no log.
    file: /\/smithy-client\/command\.js$/,
    edit: (text, { isOfTable }) =>
      isOfTable &&
      timesIn(text, /\bNormalizedSchema\b/g) === 3 &&
      timesIn(text, /\bNormalizedSchema\.of\(\w+\$\)\.getEventStreamMember\(\)/g) === 2
        ? instead(
            instead(text, 'schemaLogFilter', 'const schemaLogFilter = (_, data) => data;'),
            'NormalizedSchema',
            'const NormalizedSchema = { of: () => ({ getEventStreamMember() {} }) };',
          )
        : text,
  },
  {
    // It asks for no addresses (lambdas/noEndpointDiscovery.ts), and two of its steps are taken away again.
    file: /\/client-dynamodb\/dist-es\/DynamoDBClient\.js$/,
    edit: (text, { ownDynamo }) =>
      ownDynamo
        ? text
        : instead(text, 'DescribeEndpointsCommand,?', 'const DescribeEndpointsCommand = undefined;').replace(
            /^ +this\.middlewareStack\.use\(get(?:Logger|RecursionDetection)Plugin\(this\.config\)\);$/gm,
            '',
          ),
  },
  {
    // It has no extensions either, which could change what a client is configured with.
    file: /\/client-dynamodb\/dist-es\/runtimeExtensions\.js$/,
    edit: (text, { ownDynamo }) =>
      ownDynamo
        ? text
        : text.replace(
            /^export const resolveRuntimeExtensions = \(runtimeConfig, extensions\) => \{$[\s\S]*?^\};$/m,
            'export const resolveRuntimeExtensions = (runtimeConfig) => runtimeConfig;',
          ),
  },
  {
    // So nothing reads the schemas of what is asked and answered, or makes an error by the class that is listed for it.
    file: /\/client-dynamodb\/dist-es\/schemas\/schemas_0\.js$/,
    edit: (text, { ownDynamo }) =>
      ownDynamo
        ? text
        : withoutRegistries(text)
            // Names of fields are variables in them, which could be anything to esbuild.
            .replace(/^(export var \w+\$ = )(\[-?3,[^;]*\]);$/gm, '$1/* @__PURE__ */ (() => $2)();')
            .replace(/\(\) => \w+Input\$, \(\) => \w+Output\$(?=\s*\];)/g, '() => "unit", () => "unit"'),
  },
];
