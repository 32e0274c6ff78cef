/** The settings of each stage, checked at synth: a mistake is named here instead of being deployed. */
import * as v from 'valibot';
import { moduleSettings } from './module-settings.ts';
import { nativeClient } from './native-client-settings.ts';

export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** What CloudWatch Logs accepts as a retention. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653,
];

const isOrigin = (url: string) => URL.canParse(url) && new URL(url).origin === url;
const isLoopback = (url: string) => /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(url);

/** An origin as a browser writes it: without a path, a trailing slash or a default port. */
function originFor(stage: StageName) {
  return v.pipe(
    v.string(),
    v.check(isOrigin, 'must be an origin such as https://auth.example.com: no path, no trailing slash'),
    v.check(
      (url) => !isOrigin(url) || url.startsWith('https://') || (stage !== 'prod' && isLoopback(url)),
      stage === 'prod' ? 'must start with https:// in prod' : 'must be https, or http://localhost or http://127.0.0.1',
    ),
  );
}

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1, 'must be a positive whole number'));

function settingsSchema(stage: StageName) {
  const settings = v.strictObject({
    /** Where browsers find the deployment. `undefined`: the API's own endpoint, known only after deployment. */
    publicUrl:
      stage === 'prod'
        ? v.pipe(
            v.optional(v.string(), ''),
            v.check((url) => url !== '', 'is required in prod'),
            originFor(stage),
          )
        : v.optional(originFor(stage)),
    /** Of `publicUrl`'s host, in the API's region: we then make the custom domain and close the API's own endpoint. */
    certificateArn: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, 'must be the ARN of an ACM certificate'),
      ),
    ),
    /** What `/login?provider=` may name. */
    providers: v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[A-Za-z]+$/, 'must be a WorkOS provider name such as GoogleOAuth'))),
      v.includes('authkit', 'must contain authkit, which is what /login uses unless told otherwise'),
    ),
    /** Other origins whose pages may call this API with the user's cookie. */
    webOrigins: v.array(originFor(stage)),
    /** Where a login ends that named no `return_to`. */
    afterLogin: v.pipe(
      v.string(),
      v.regex(/^\/(?![/\\])[^\\\s]*$/, 'must be a path of this origin such as /dashboard'),
    ),
    /** Browsers keep no cookie longer than 400 days. */
    sessionMaxAgeDays: v.pipe(positiveInteger, v.maxValue(400, 'must be at most 400: browsers cap it there')),
    logRetentionDays: v.picklist(retentionDays, `must be one of ${retentionDays.join(', ')}`),
    throttling: v.strictObject({ requestsPerSecond: positiveInteger, burst: positiveInteger }),
    /** Lambda's CPU grows with its memory, so this is also how fast a cold start is. */
    memoryMb: v.pipe(
      positiveInteger,
      v.minValue(128, 'must be at least 128'),
      v.maxValue(10_240, 'must be at most 10240'),
    ),
    /** `on-demand`, or provisioned units that scale between the two at 70 % use. */
    tableCapacity: v.union(
      [v.literal('on-demand'), v.strictObject({ minUnits: positiveInteger, maxUnits: positiveInteger })],
      "must be 'on-demand' or { minUnits, maxUnits }",
    ),
    workosApiUrl: originFor(stage),
    /** The `iss` of WorkOS's access tokens; `undefined` accepts what WorkOS documents. A custom auth domain changes it. */
    workosIssuer: v.optional(v.pipe(v.string(), v.url('must be the iss of a real access token, a URL'))),
    native: v.pipe(
      v.strictObject({
        clients: v.pipe(
          v.array(nativeClient),
          v.check(
            (clients) => new Set(clients.map(({ id }) => id)).size === clients.length,
            'must give each client an id of its own',
          ),
        ),
        /** The JWTs' `aud`; `undefined`: the issuer, which is `publicUrl`. */
        audience: v.optional(v.pipe(v.string(), v.nonEmpty())),
        /** API Gateway's JWT authorizer knows RSA only. */
        signingAlgorithm: v.picklist(['RS256', 'ES256']),
        /** A refresh token that is not used for so long is worth nothing any more. */
        sessionIdleDays: positiveInteger,
        /** However often it is refreshed, a session ends after this. */
        sessionMaxDays: positiveInteger,
      }),
      v.forward(
        v.check(
          ({ sessionIdleDays, sessionMaxDays }) => sessionIdleDays <= sessionMaxDays,
          'must not be longer than sessionMaxDays',
        ),
        ['sessionIdleDays'],
      ),
    ),
    /** How old the keys that sign JWTs become; the next one is published a day before. */
    signingKeyDays: v.pipe(positiveInteger, v.minValue(2, 'must be at least 2: a key is published a day before use')),
    /** Permissions beyond sign-in that users may grant: each a file in functions/shared/modules. */
    modules: moduleSettings,
    /** How often each connected mailbox has a turn. */
    gmailSyncMinutes: v.picklist([1, 5, 10, 15, 20, 30, 60], 'must be 1, 5, 10, 15, 20, 30 or 60'),
    /**
     * Instances of `refresh-gmail` at a time, each with ten mailboxes. Ten of them leave what else the account runs its share, and
     * do some 200 turns a second: 180,000 mailboxes in 15 minutes. SQS holds back what is more.
     */
    gmailWorkers: v.pipe(
      positiveInteger,
      v.minValue(2, 'must be at least 2, as Lambda has it'),
      v.maxValue(1000, 'must be at most 1000, as Lambda has it'),
    ),
    /**
     * Whether the modules' Google client is of a project that does not also sign users in. Revoking at Google ends all that a
     * user granted to a project, so disconnecting revokes only then.
     */
    googleProject: v.picklist(['own', 'shared'], "must be 'own' or 'shared'"),
    /** Origin that stands for all of Google's hosts, or GitHub's; `undefined`: the real ones. For tests and local stand-ins. */
    googleUrl: v.optional(originFor(stage)),
    githubUrl: v.optional(originFor(stage)),
    /** SNS topic that hears the alarms; without one they only show in CloudWatch. */
    alarmTopicArn: v.optional(
      v.pipe(v.string(), v.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'must be the ARN of an SNS topic')),
    ),
    /** Tables and secrets outlive their stack and refuse deletion. */
    retainData: v.boolean(),
  });
  return v.pipe(
    settings,
    v.forward(
      v.check(
        ({ publicUrl, certificateArn }) => certificateArn === undefined || publicUrl !== undefined,
        'needs publicUrl, the address that the certificate is for',
      ),
      ['certificateArn'],
    ),
  );
}

type SettingsInput = v.InferInput<ReturnType<typeof settingsSchema>>;
type Settings = v.InferOutput<ReturnType<typeof settingsSchema>>;
export type StageSettings = Readonly<Settings> & { readonly stage: StageName };

const shared = {
  providers: ['authkit', 'GoogleOAuth', 'GitHubOAuth', 'MicrosoftOAuth', 'AppleOAuth'],
  webOrigins: [],
  afterLogin: '/',
  sessionMaxAgeDays: 400,
  memoryMb: 1024,
  tableCapacity: 'on-demand',
  workosApiUrl: 'https://api.workos.com',
  logRetentionDays: 30,
  throttling: { requestsPerSecond: 50, burst: 100 },
  retainData: false,
  native: { clients: [], signingAlgorithm: 'RS256', sessionIdleDays: 60, sessionMaxDays: 365 },
  signingKeyDays: 90,
  modules: { gmail: { connectVia: 'workos' }, github: { connectVia: 'workos' } },
  gmailSyncMinutes: 15,
  gmailWorkers: 10,
  googleProject: 'shared',
} satisfies SettingsInput;

const stages: Readonly<Record<StageName, SettingsInput>> = {
  local: {
    ...shared,
    webOrigins: ['http://localhost:5173'], // examples/spa, and where Vite serves unless told otherwise.
    logRetentionDays: 1,
    throttling: { requestsPerSecond: 2000, burst: 2000 },
    gmailSyncMinutes: 1, // Whoever tries it out waits for a turn.
    gmailWorkers: 2, // Each is a process.
    native: {
      ...shared.native,
      clients: [
        {
          id: 'gatehouse-native',
          name: 'Gatehouse sample app',
          redirectUris: ['yourappscheme://login/success', 'http://127.0.0.1/callback', 'http://[::1]/callback'],
          confirm: 'none',
          android: {
            packageName: 'com.example.gatehouse',
            sha256CertFingerprints: [Array.from({ length: 32 }, () => '00').join(':')],
          },
          ios: { appId: 'ABCDE12345.com.example.gatehouse' },
        },
        // As a new client is: it says nothing of `confirm`.
        {
          id: 'gatehouse-asking',
          name: 'Gatehouse asking app',
          redirectUris: ['yourappscheme://asking/success', 'http://127.0.0.1/asking', 'http://[::1]/asking'],
        },
      ],
    },
  },
  dev: shared,
  prod: {
    ...shared,
    publicUrl: 'https://auth.example.com', // Yours goes here.
    logRetentionDays: 365,
    throttling: { requestsPerSecond: 500, burst: 1000 },
    retainData: true,
  },
};

/** Settings that `-c name=value` may set for one synth or deployment. */
export const overridableSettings = ['publicUrl', 'certificateArn', 'workosIssuer', 'alarmTopicArn'] as const;
export type SettingOverrides = Readonly<Partial<Record<(typeof overridableSettings)[number], string>>>;

/** A setting that cannot be deployed; the message names each one and what to do about it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws {SettingsError} naming every setting that is wrong. */
export function settingsFor(stage: string, overrides: SettingOverrides = {}): StageSettings {
  const name = stageNames.find((known) => known === stage);
  if (name === undefined) throw new SettingsError(`There is no stage "${stage}". Stages: ${stageNames.join(', ')}.`);
  return { stage: name, ...checkSettings(name, { ...stages[name], ...overrides }) };
}

/** Checks the settings of one stage. @throws {SettingsError} */
export function checkSettings(stage: StageName, settings: object): Settings {
  const result = v.safeParse(settingsSchema(stage), settings);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? 'settings'} ${issue.message}`);
  throw new SettingsError(
    `Stage ${stage} cannot be built. Correct it in lib/stages.ts or with -c:\n${problems.join('\n')}`,
  );
}
