/** Our own keeper does what every keeper has to do. What it does about its rows is in the tests of its parts. */
import { describeModuleKeeper } from '../../support/module-keeper-contract.ts';
import { vaultKeeperUnderTest } from '../../support/vault-keeper-under-test.ts';

describeModuleKeeper('the vault keeper', () => vaultKeeperUnderTest());
