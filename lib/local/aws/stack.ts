/** One synthesized stack: its template, what its resources are called here, and what it exports to other stacks. */
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import type { DeployedResource, DeploymentEnvironment } from '../template.ts';
import { resolve, resolveText, type Scope } from './intrinsics.ts';
import { hasRef, identify, type Identity } from './resource-identity.ts';

/** Values by export name, resolved when an import asks for them: the other stack may come later in the list. */
export type Exports = Map<string, () => unknown>;

const templateSchema = v.object({
  Transform: v.optional(v.never('is not known here')),
  Parameters: v.optional(
    v.record(v.string(), v.object({ Type: v.string(), Default: v.optional(v.union([v.string(), v.number()])) })),
    {},
  ),
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(jsonObject, {}),
      Condition: v.optional(v.never('is not known here')),
    }),
  ),
  Outputs: v.optional(
    v.record(
      v.string(),
      v.object({
        Value: v.unknown(),
        Export: v.optional(v.object({ Name: v.unknown() })),
        Condition: v.optional(v.never('is not known here')),
      }),
    ),
    {},
  ),
});

/** With nothing left to default. */
export type StackEnvironment = DeploymentEnvironment & Required<Pick<DeploymentEnvironment, 'accountId' | 'region'>>;

export class Stack implements Scope {
  readonly name: string;
  readonly #template: v.InferOutput<typeof templateSchema>;
  readonly #environment: StackEnvironment;
  readonly #exports: Exports;
  readonly #pseudoParameters: ReadonlyMap<string, string>;
  readonly #identities = new Map<string, Identity>();

  /** @throws Error when the template has a section or an export that cannot be understood. */
  constructor(name: string, template: unknown, environment: StackEnvironment, exports: Exports) {
    const parsed = v.safeParse(templateSchema, template);
    if (!parsed.success) {
      throw new Error(`${name}.${v.getDotPath(parsed.issues[0]) ?? 'template'}: ${parsed.issues[0].message}`);
    }
    this.name = name;
    this.#template = parsed.output;
    this.#environment = environment;
    this.#exports = exports;
    this.#pseudoParameters = new Map([
      ['AWS::Region', environment.region],
      ['AWS::AccountId', environment.accountId],
      ['AWS::Partition', 'aws'],
      ['AWS::URLSuffix', 'amazonaws.com'],
      ['AWS::StackName', name],
    ]);
    this.#export();
  }

  hasParameter(id: string): boolean {
    return Object.hasOwn(this.#template.Parameters, id);
  }

  resources(): DeployedResource[] {
    return Object.entries(this.#template.Resources).map(([logicalId, { Type, Properties }]) => ({
      stack: this.name,
      logicalId,
      type: Type,
      ...this.#identify(logicalId),
      properties: Object.fromEntries(
        Object.entries(Properties).flatMap(([name, value]) => {
          const resolved = resolve(value, this, this.#pathTo(logicalId, name));
          return resolved === undefined ? [] : [[name, resolved]];
        }),
      ),
    }));
  }

  outputs(): [id: string, value: string][] {
    return Object.entries(this.#template.Outputs).map(([id, { Value }]) => [
      id,
      resolveText(Value, this, `${this.name}.Outputs.${id}.Value`),
    ]);
  }

  ref(id: string): string {
    const given = this.#pseudoParameters.get(id) ?? this.#parameter(id);
    if (given !== undefined) return given;
    const { physicalId } = this.#identify(id);
    const type = this.#template.Resources[id]?.Type ?? '';
    if (!hasRef(type)) throw new Error(`${type} has no Ref here`);
    return physicalId;
  }

  attribute(logicalId: string, attribute: string): string {
    const { attributes } = this.#identify(logicalId);
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (value !== undefined) return value;
    throw new Error(`${this.#template.Resources[logicalId]?.Type} has no attribute ${attribute} here`);
  }

  imported(exportName: string): unknown {
    const value = this.#exports.get(exportName);
    if (value === undefined) throw new Error(`no stack exports ${exportName}`);
    return value();
  }

  #export(): void {
    for (const [id, { Value, Export }] of Object.entries(this.#template.Outputs)) {
      if (Export === undefined) continue;
      const path = `${this.name}.Outputs.${id}`;
      const exportName = resolveText(Export.Name, this, `${path}.Export.Name`);
      if (this.#exports.has(exportName)) throw new Error(`${path}: ${exportName} is exported twice`);
      this.#exports.set(exportName, () => resolve(Value, this, `${path}.Value`));
    }
  }

  #parameter(id: string): string | undefined {
    if (!this.hasParameter(id)) return undefined;
    const { Type, Default } = this.#template.Parameters[id] ?? {};
    if (Type !== 'String' && Type !== 'Number') throw new Error(`parameter ${id} has the type ${Type}, unknown here`);
    const value = this.#environment.parameters[id] ?? Default;
    if (value === undefined) throw new Error(`parameter ${id} has neither a value nor a default`);
    return String(value);
  }

  #identify(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const { Resources } = this.#template;
    const resource = Object.hasOwn(Resources, logicalId) ? Resources[logicalId] : undefined;
    if (resource === undefined) throw new Error(`there is no ${logicalId}`);
    const identity = identify(
      { stack: this.name, logicalId, type: resource.Type, environment: this.#environment },
      (property) =>
        property in resource.Properties
          ? resolveText(resource.Properties[property], this, this.#pathTo(logicalId, property))
          : undefined,
    );
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #pathTo(logicalId: string, property: string): string {
    return `${this.name}.Resources.${logicalId}.Properties.${property}`;
  }
}
