/** What examples/android and examples/ios say to Gatehouse and expect of it, read out of their sources: no compiler is here. */

/** Sources by name. */
export type SampleFiles = Readonly<Record<string, string>>;

/** Names of JSON members, and `string`, `number` or what is in them. */
export type JsonShape = { readonly [member: string]: string | JsonShape };

export interface NativeSample {
  readonly clientId: string;
  readonly issuer: string;
  readonly customScheme: string;
  readonly claimedLink: string;
  /** What the system is told to bring to the app. */
  readonly claims: readonly string[];
  readonly loginPath: string;
  /** Values that are the same in every login, by parameter; `*` for the others. */
  readonly loginParameters: Readonly<Record<string, string>>;
  /** Parameters of the redirect that it reads. */
  readonly redirectParameters: readonly string[];
  /** The value of `ok` that it wants. */
  readonly ok: string;
  /** Bodies by route. */
  readonly requests: Readonly<Record<string, JsonShape>>;
  readonly whoIsSignedIn: { readonly path: string; readonly header: string };
  /** Members that it reads of the answers. */
  readonly answers: Readonly<Record<'tokens' | 'signedIn' | 'refusal', JsonShape>>;
}

export function readAndroidSample(files: SampleFiles): NativeSample {
  const signIn = file(files, 'SignIn.kt');
  const api = file(files, 'GatehouseApi.kt');
  const gradle = file(files, 'build.gradle.kts');
  const deviceProof = kotlinObject(only(api, /val deviceProof = JSONObject\(\)(.*)/));
  const posts = all(api, /post\("([^"]+)", JSONObject\(\)(.+?\))\)/g);
  const header = /setRequestProperty\("(Authorization)", "(\w+) \$token"\)/.exec(api) ?? [];
  return {
    clientId: only(signIn, /^const val CLIENT_ID = "(.*)"$/m),
    issuer: only(gradle, /release \{\s+buildConfigField\("String", "GATEHOUSE_URL", "\\"(.*)\\""\)/),
    customScheme: only(signIn, /^const val REDIRECT_URI = "(.*)"$/m),
    claimedLink: only(signIn, /With an App Link: "(.*)"\./),
    claims: claimedByFilters(file(files, 'AndroidManifest.xml')),
    loginPath: only(signIn, /\.path\("(.*)"\)/),
    loginParameters: constants(all(signIn, /\.appendQueryParameter\("([^"]+)", (.+)\)\n/g)),
    redirectParameters: names(all(signIn, /\bonly\("([^"]+)"\)/g)),
    ok: only(signIn, /only\("ok"\) != "(.*?)"/),
    requests: Object.fromEntries(
      posts.map(([path = '', chain = '']) => [`POST ${path}`, resolve(kotlinObject(chain), { deviceProof })]),
    ),
    whoIsSignedIn: { path: only(api, /ask\("GET", "([^"]+)"\)/), header: header.slice(1).join(': ') },
    answers: {
      tokens: kotlinReads(only(api, /Tokens\((get.*)\)/)),
      signedIn: kotlinReads(only(api, /SignedIn\((get.*)\) \}/)),
      refusal: kotlinReads(only(api, /JSONObject\(text\)\.(.*)/)),
    },
  };
}

export function readIosSample(files: SampleFiles): NativeSample {
  const signIn = file(files, 'SignIn.swift');
  const api = file(files, 'GatehouseAPI.swift');
  const domains = /<key>com\.apple\.developer\.associated-domains<\/key>\s*<array>(.*)<\/array>/s;
  const structs = swiftStructs(api);
  const shape = (name: string) => resolve(structs[name] ?? {}, structs);
  const header = /setValue\("(\w+) \\\(token\)", forHTTPHeaderField: "(\w+)"\)/.exec(api) ?? [];
  return {
    clientId: only(signIn, /static let clientID = "(.*)"/),
    issuer: only(file(files, 'Info.plist'), /<key>GatehouseURL<\/key>\s*<string>(.*)<\/string>/),
    customScheme: only(signIn, /static let customScheme = URL\(string: "(.*)"\)/),
    claimedLink: only(signIn, /static let universalLink = URL\(string: "(.*)"\)/),
    claims: names(all(only(file(files, 'Gatehouse.entitlements'), domains), /<string>(.*)<\/string>/g)),
    loginPath: `/${only(signIn, /issuer\.appending\(path: "(.*?)"\)/)}`,
    loginParameters: constants(all(signIn, /URLQueryItem\(name: "([^"]+)", value: (.+)\),\n/g)),
    redirectParameters: names(all(signIn, /\bonly\("([^"]+)"\)/g)),
    ok: only(signIn, /only\("ok"\) == "(.*?)"/),
    requests: Object.fromEntries(
      all(api, /post\("([^"]+)", (\w+)\(/g).map(([path = '', struct = '']) => [`POST /${path}`, shape(struct)]),
    ),
    whoIsSignedIn: {
      path: `/${only(api, /issuer\.appending\(path: "(.*?)"\)/)}`,
      header: header.slice(1).toReversed().join(': '),
    },
    answers: { tokens: shape('Tokens'), signedIn: shape('SignedIn'), refusal: shape('Refusal') },
  };
}

function file(files: SampleFiles, name: string): string {
  const text = files[name];
  if (text === undefined) throw new Error(`the sample has no ${name}`);
  return text;
}

/** The first group of each match. @throws Error when there is none. */
function only(text: string, pattern: RegExp): string {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`nothing in the sample is like ${pattern}`);
  return found;
}

/** The groups of each match. */
function all(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1));
}

function names(groups: readonly string[][]): string[] {
  return [...new Set(groups.map(([name = '']) => name))].toSorted();
}

function constants(groups: readonly string[][]): Record<string, string> {
  return Object.fromEntries(groups.map(([name = '', value = '']) => [name, /^"(.*)"$/.exec(value)?.[1] ?? '*']));
}

/** `scheme://host/path` of each filter that a browser can reach. Of several `data` the system would take every mixture. */
function claimedByFilters(manifest: string): string[] {
  return all(manifest, /<intent-filter([^>]*)>(.*?)<\/intent-filter>/gs).flatMap(([attributes = '', filter = '']) => {
    if (!filter.includes('android.intent.category.BROWSABLE')) return [];
    const data = only(filter, /^(?:(?!<data).)*<data([^>]*)\/>(?!.*<data)/s);
    const [scheme, host, path] = ['scheme', 'host', 'path'].map((name) =>
      only(data, new RegExp(`android:${name}="([^"]*)"`)),
    );
    const verified = attributes.includes('android:autoVerify="true"') ? ', verified' : '';
    return [`${scheme}://${host}${path}${verified}`];
  });
}

/** Of `.put("uid", uid)…`: a string under its own name, or what a variable of another name holds. */
function kotlinObject(chain: string): JsonShape {
  const puts = all(chain, /\.put\("([^"]+)", (\w+)\)/g);
  return Object.fromEntries(puts.map(([name = '', variable = '']) => [name, variable === name ? 'string' : variable]));
}

function kotlinReads(code: string): JsonShape {
  const types: Readonly<Record<string, string>> = { String: 'string', Long: 'number' };
  return Object.fromEntries(
    all(code, /get(\w+)\("([^"]+)"\)/g).map(([type = '', name = '']) => [name, types[type] ?? type]),
  );
}

/** Stored members by struct; an inner struct's are its own. */
function swiftStructs(code: string): Record<string, JsonShape> {
  const types: Readonly<Record<string, string>> = { String: 'string', Int: 'number' };
  const found: Record<string, JsonShape> = {};
  // The innermost first: what has been read is taken out of what is around it.
  const innermost = /struct (\w+)[^{}]*\{([^{}]*)\}/;
  for (let rest = code, match = innermost.exec(rest); match; match = innermost.exec(rest)) {
    const [whole, name = '', body = ''] = match;
    const members = all(body, /\blet (\w+): (\w+)/g);
    found[name] = Object.fromEntries(members.map(([member = '', type = '']) => [member, types[type] ?? type]));
    rest = rest.replace(whole, '');
  }
  return found;
}

/** Puts what a name stands for in its place. */
function resolve(shape: JsonShape, known: Readonly<Record<string, JsonShape>>): JsonShape {
  const inner = (member: string, type: string | JsonShape) =>
    typeof type !== 'string' ? type : (known[type] ?? (type === 'string' ? known[member] : undefined) ?? type);
  return Object.fromEntries(Object.entries(shape).map(([member, type]) => [member, inner(member, type)]));
}
