import type { Operation } from '../../../gateway/api.ts'
import { aliasOperations } from './aliases.ts'
import { encryptionOperations } from './encryption.ts'
import { grantOperations } from './grants.ts'
import { keyOperations } from './keys.ts'
import { rotationOperations } from './rotation.ts'
import type { KmsContext } from './shapes.ts'
import { signingOperations } from './signing.ts'
import { tagOperations } from './tags.ts'

/** The table of KMS. @see AWS KMS API Reference, version 2014-11-01 */
export const operations = (context: KmsContext): readonly Operation[] => [
  ...keyOperations(context),
  ...aliasOperations(context),
  ...encryptionOperations(context),
  ...signingOperations(context),
  ...grantOperations(context),
  ...rotationOperations(context),
  ...tagOperations(context),
]

const STORES = 'keys lie in the state folder here, in no other store'
const IMPORT = 'key material is made here and not imported'
const REGIONS = 'there is one region here'

/** What is refused for a reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  ConnectCustomKeyStore: STORES,
  CreateCustomKeyStore: STORES,
  DeleteCustomKeyStore: STORES,
  DescribeCustomKeyStores: STORES,
  DisconnectCustomKeyStore: STORES,
  UpdateCustomKeyStore: STORES,
  DeleteImportedKeyMaterial: IMPORT,
  GetParametersForImport: IMPORT,
  ImportKeyMaterial: IMPORT,
  ReplicateKey: REGIONS,
  UpdatePrimaryRegion: REGIONS,
}
