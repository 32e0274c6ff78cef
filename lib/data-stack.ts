/** Everything that must survive a deployment: tables, secrets, the event bus. */
import { type App, Stack } from 'aws-cdk-lib/core';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { DataTable } from './constructs/data-table.ts';
import { DomainEventBus } from './constructs/domain-event-bus.ts';
import { EnvelopeKey } from './constructs/envelope-key.ts';
import { PurposeSecret } from './constructs/purpose-secret.ts';
import type { StageSettings } from './stages.ts';

export class DataStack extends Stack {
  readonly users: DataTable;
  readonly sessions: DataTable;
  readonly deviceTickets: DataTable;
  readonly nativeSessions: DataTable;
  readonly issuedTokens: DataTable;
  readonly moduleTokens: DataTable;
  readonly providerAccounts: DataTable;
  readonly jobs: DataTable;
  readonly once: DataTable;
  readonly keys: DataTable;
  readonly envelopeKey: EnvelopeKey;
  readonly workosSecret: PurposeSecret;
  readonly cookieSecret: PurposeSecret;
  readonly googleSecret: PurposeSecret;
  readonly githubSecret: PurposeSecret;
  readonly bus: DomainEventBus;

  constructor(app: App, { settings }: { settings: StageSettings }) {
    super(app, `gatehouse-${settings.stage}-data`, {
      description: `Gatehouse ${settings.stage}: what must survive a deployment`,
      terminationProtection: settings.retainData,
    });

    this.users = new DataTable(this, 'Users', { settings, key: { name: 'userId', type: AttributeType.STRING } });

    this.sessions = new DataTable(this, 'Sessions', {
      settings,
      key: { name: 'sessionId', type: AttributeType.STRING },
      ttl: 'expiresAt',
      indexes: { byUser: { name: 'userId', type: AttributeType.STRING } },
    });

    this.deviceTickets = new DataTable(this, 'DeviceTickets', {
      settings,
      key: { name: 'ticketHash', type: AttributeType.STRING },
      ttl: 'expiresAt',
    });

    this.nativeSessions = new DataTable(this, 'NativeSessions', {
      settings,
      key: { name: 'sessionId', type: AttributeType.STRING },
      ttl: 'removeAt',
      indexes: {
        byUser: { name: 'userId', type: AttributeType.STRING },
        byWorkosSession: { name: 'workosSessionId', type: AttributeType.STRING },
      },
    });

    this.issuedTokens = new DataTable(this, 'IssuedTokens', {
      settings,
      key: { name: 'userId', type: AttributeType.STRING },
      sortKey: { name: 'jti', type: AttributeType.STRING },
      ttl: 'expiresAt',
    });

    this.moduleTokens = new DataTable(this, 'ModuleTokens', {
      settings,
      key: { name: 'userId', type: AttributeType.STRING },
      sortKey: { name: 'module', type: AttributeType.STRING },
      // Sparse: a row that has no turns has no slot.
      indexes: { bySlot: { name: 'slot', type: AttributeType.STRING } },
      projection: 'keys',
    });

    this.providerAccounts = new DataTable(this, 'ProviderAccounts', {
      settings,
      key: { name: 'account', type: AttributeType.STRING },
    });

    this.jobs = new DataTable(this, 'Jobs', { settings, key: { name: 'job', type: AttributeType.STRING } });

    this.once = new DataTable(this, 'Once', {
      settings,
      key: { name: 'id', type: AttributeType.STRING },
      ttl: 'expiresAt',
    });

    // No TTL: `rotate-keys` alone says when a key goes.
    this.keys = new DataTable(this, 'Keys', {
      settings,
      key: { name: 'purpose', type: AttributeType.STRING },
      sortKey: { name: 'keyId', type: AttributeType.STRING },
    });

    this.envelopeKey = new EnvelopeKey(this, 'EnvelopeKey', { settings });

    this.workosSecret = new PurposeSecret(this, 'WorkosSecret', {
      settings,
      purpose: 'workos',
      description: 'From the WorkOS dashboard: npm run secret -- --stage <stage> WORKOS_API_KEY=...',
      first: { fields: ['WORKOS_API_KEY', 'WORKOS_CLIENT_ID', 'WORKOS_WEBHOOK_SECRET'] },
    });

    this.cookieSecret = new PurposeSecret(this, 'CookieSecret', {
      settings,
      purpose: 'cookie',
      description: 'Seals the session cookies: one password, or a JSON array with the newest first',
      // Frozen: any change here generates a new password, and everybody is signed out.
      first: {
        generated: {
          secretStringTemplate: '{}',
          generateStringKey: 'WORKOS_COOKIE_PASSWORD',
          passwordLength: 64,
          excludePunctuation: true,
        },
      },
    });

    this.googleSecret = new PurposeSecret(this, 'GoogleSecret', {
      settings,
      purpose: 'google',
      description: 'Google’s OAuth client for modules: npm run secret -- --stage <stage> GOOGLE_CLIENT_ID=...',
      first: { fields: ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'] },
    });

    this.githubSecret = new PurposeSecret(this, 'GithubSecret', {
      settings,
      purpose: 'github',
      description: 'GitHub’s app for modules: npm run secret -- --stage <stage> GITHUB_CLIENT_ID=...',
      first: { fields: ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'] },
    });

    this.bus = new DomainEventBus(this, 'Bus', { settings });
  }
}
