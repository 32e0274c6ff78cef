/** The templates of a stage, synthesized without bundles, and what the tests look for in them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as v from 'valibot';
import { type AppOptions, buildApp } from '../../lib/app.ts';

export const templateSchema = v.looseObject({
  Resources: v.record(
    v.string(),
    v.looseObject({
      Type: v.string(),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
      DeletionPolicy: v.optional(v.string()),
      UpdateReplacePolicy: v.optional(v.string()),
    }),
  ),
  Outputs: v.optional(v.record(v.string(), v.looseObject({ Value: v.unknown() })), {}),
  Parameters: v.optional(v.record(v.string(), v.looseObject({ Default: v.unknown() })), {}),
});

export type Template = v.InferOutput<typeof templateSchema>;
export type Resource = Template['Resources'][string];

export function synthesize(options: AppOptions = {}): { data: Template; service: Template } {
  const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-templates-'));
  try {
    const { stacks } = buildApp({ codeOf: () => Code.fromInline('placeholder'), ...options, outdir }).synth();
    const templateOf = (part: string) => {
      const template = v.parse(templateSchema, stacks.find(({ stackName }) => stackName.endsWith(part))?.template);
      // Their order follows CDK's count of tokens, which goes on from one synthesis to the next in a process.
      const outputs = Object.entries(template.Outputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return { ...template, Outputs: Object.fromEntries(outputs) };
    };
    return { data: templateOf('-data'), service: templateOf('-service') };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export function resourcesOf({ Resources }: Template, type: string): Record<string, Resource> {
  return Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => Type === type));
}

const refSchema = v.object({ Ref: v.string() });
const arnSchema = v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) });
const many = v.array(v.unknown());
const oneOrMany = v.pipe(
  v.unknown(),
  v.transform((value) => (v.is(many, value) ? value : [value])),
);

const functionSchema = v.looseObject({
  FunctionName: v.string(),
  Runtime: v.string(),
  Architectures: v.array(v.string()),
  Timeout: v.number(),
  MemorySize: v.number(),
  Role: v.pipe(
    arnSchema,
    v.transform((arn) => arn['Fn::GetAtt'][0]),
  ),
  LoggingConfig: v.object({
    LogGroup: v.pipe(
      refSchema,
      v.transform(({ Ref }) => Ref),
    ),
  }),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.unknown()) }), { Variables: {} }),
});

const statementSchema = v.strictObject({
  Effect: v.literal('Allow'),
  Action: oneOrMany,
  Resource: oneOrMany,
  /** One operator with one key. */
  Condition: v.optional(v.record(v.string(), v.record(v.string(), oneOrMany)), {}),
});

const roleSchema = v.looseObject({
  ManagedPolicyArns: v.optional(v.array(v.unknown()), []),
  Policies: v.array(
    v.object({
      PolicyDocument: v.looseObject({ Statement: v.array(statementSchema) }),
    }),
  ),
});

export interface DeployedFunction extends v.InferOutput<typeof functionSchema> {
  readonly id: string;
  /** The folder in `functions/`. */
  readonly name: string;
  readonly role: v.InferOutput<typeof roleSchema>;
  /** One `action on resource`, `where key is value` included, per line of what it may do, sorted. */
  readonly permissions: readonly string[];
}

/** Ours; the function that runs others at deployment is CDK's. */
export function functionsOf(service: Template): DeployedFunction[] {
  const ours = Object.entries(resourcesOf(service, 'AWS::Lambda::Function')).filter(([id]) => !id.startsWith('AWSCDK'));
  return ours.map(([id, { Properties }]) => {
    const properties = v.parse(functionSchema, Properties);
    const role = v.parse(roleSchema, service.Resources[properties.Role]?.Properties);
    const permissions = permissionsIn(service, properties.Role);
    const name = properties.FunctionName.replace(/^gatehouse-[a-z]+-/, '');
    return Object.assign(properties, { id, name, role, permissions });
  });
}

/** What a role may do by the policies that it holds, as in `DeployedFunction`. */
export function permissionsIn(service: Template, roleId: string): readonly string[] {
  const { Policies } = v.parse(roleSchema, service.Resources[roleId]?.Properties);
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements
    .flatMap(({ Action, Resource, Condition }) =>
      Resource.flatMap((on) => Action.map((action) => `${String(action)} on ${nameOf(on)}${where(Condition)}`)),
    )
    .toSorted();
}

/** ` where purpose is signing` for `{"StringEquals":{"kms:EncryptionContext:purpose":["signing"]}}`. */
function where(condition: v.InferOutput<typeof statementSchema>['Condition']): string {
  return Object.values(condition)
    .flatMap((keys) => Object.entries(keys))
    .map(([key, values]) => ` where ${key.split(':').at(-1)} is ${values.join(' or ')}`)
    .join('');
}

/** `Users` for an import of `…ExportsOutputFnGetAttUsers0A0EEA89Arn6658B146`, `loginLogs` for `loginLogs1A2B3C4D`. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const found =
    /:ExportsOutput(?:Ref|FnGetAtt)([A-Za-z]+?)[0-9A-F]{8}/.exec(text) ??
    /"Fn::GetAtt":\["([A-Za-z]+?)[0-9A-F]{8}/.exec(text);
  const versions = text.endsWith('":*"]]}') ? ':*' : '';
  return found === null ? text : `${found[1]}${versions}`;
}
