import { applications } from './applications.ts'
import { balancing } from './balancing.ts'
import { compute } from './compute.ts'
import { custom } from './custom.ts'
import { ec2 } from './ec2.ts'
import { edge } from './edge.ts'
import type { Identity, IdentityTable } from './identity.ts'
import { identityAccess } from './identity-access.ts'
import { messaging } from './messaging.ts'
import { monitoring } from './monitoring.ts'
import { rds } from './rds.ts'
import { scaling } from './scaling.ts'
import { storage } from './storage.ts'

/** Every type whose `Ref` and `Fn::GetAtt` are known. A new service is a file and a line here. */
export const IDENTITIES: IdentityTable = {
  ...applications,
  ...balancing,
  ...compute,
  ...custom,
  ...ec2,
  ...edge,
  ...identityAccess,
  ...messaging,
  ...monitoring,
  ...rds,
  ...scaling,
  ...storage,
}

/** Nothing for a type that is not known. */
export const identityOf = (type: string): Identity | undefined =>
  Object.hasOwn(IDENTITIES, type) ? IDENTITIES[type] : undefined
