/** A module as its user is shown it: in `GET /modules`, and when an app has connected one. */
import * as v from 'valibot';
import { moduleProblems } from '../domain/module-connections.ts';
import type { KeptConnection } from '../domain/module-keeper.ts';

const moment = (description: string) =>
  v.pipe(v.nullable(v.pipe(v.string(), v.isoTimestamp())), v.description(description));

const entry = v.object({
  module: v.pipe(v.string(), v.description('Its name, as in the stage’s settings.')),
  status: v.pipe(
    v.picklist(['connected', 'not_connected', 'reauthorization_required']),
    v.description('`reauthorization_required`: it works again after another consent (`GET /oauth/{module}/connect`).'),
  ),
  account: v.pipe(v.nullable(v.string()), v.description('The account at the provider: its e-mail address or login.')),
  scopes: v.pipe(v.array(v.string()), v.readonly(), v.description('What the provider granted.')),
  connectedAt: moment('When the user last consented.'),
  lastRefreshedAt: moment('When the provider last gave us a token.'),
  problem: v.pipe(
    v.nullable(v.picklist(moduleProblems)),
    v.description('What is wrong where `status` is `reauthorization_required`. Names may be added.'),
  ),
});

export const moduleAnswer = v.pipe(entry, v.readonly(), v.description('One module of this user.'));

export type ModuleAnswer = v.InferOutput<typeof moduleAnswer>;

/** @param kept `undefined`: not connected. */
export function toModuleAnswer(module: string, kept: KeptConnection | undefined): ModuleAnswer {
  return {
    module,
    status: kept?.status ?? 'not_connected',
    account: kept?.account.address ?? null,
    scopes: kept?.scopes ?? [],
    connectedAt: kept?.connectedAt.toISOString() ?? null,
    lastRefreshedAt: kept?.refreshedAt.toISOString() ?? null,
    problem: kept?.problem ?? null,
  };
}
