/** The contract of `ConnectedAccounts`, held by the memory store and by the DynamoDB store. */
import { createDynamoConnectedAccounts } from '../../../functions/shared/aws/dynamo-connected-accounts.ts';
import { describeConnectedAccounts } from '../../support/connected-accounts-contract.ts';
import { createMemoryConnectedAccounts } from '../../support/memory-connected-accounts.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createStringKeyTable(dynalite, 'account');

describeConnectedAccounts('memory', createMemoryConnectedAccounts);
describeConnectedAccounts('dynalite', () => createDynamoConnectedAccounts(dynalite, tableName));
