import { join } from 'node:path'
import type { World } from '../../world.ts'
import { Account } from './account.ts'
import { Allowance } from './allowance.ts'
import { ConfigurationSets } from './configuration-sets.ts'
import { MailFaults } from './faults.ts'
import { Identities } from './identities.ts'
import { Inbox } from './inbox.ts'
import { Mailer } from './mailer.ts'
import { Publisher } from './publishing.ts'
import { SuppressionList } from './suppression.ts'
import { Templates } from './templates.ts'

/** What operations work with. */
export interface Ses {
  readonly account: Account
  readonly allowance: Allowance
  readonly configurationSets: ConfigurationSets
  readonly faults: MailFaults
  readonly identities: Identities
  readonly inbox: Inbox
  readonly mailer: Mailer
  readonly suppression: SuppressionList
  readonly templates: Templates
  /** `arn:aws:ses:us-east-1:123456789012:template/welcome` */
  templateArn(name: string): string
}

/** Everything of a system's mail, with what was kept of it. @throws TerraceError SES_STATE_CORRUPT */
export function openSes(world: World): Ses {
  const { region, account: accountId } = world.architecture
  const account = new Account(world)
  const configurationSets = new ConfigurationSets(world)
  const faults = new MailFaults(world.journal)
  const identities = new Identities(world)
  const inbox = new Inbox(join(world.folders.data, 'inbox'))
  const suppression = new SuppressionList(world)
  const sentBefore = inbox.list().map(({ at, to }) => ({ at, count: to.length }))
  const allowance = new Allowance(world, sentBefore)
  const publisher = new Publisher(world, name => configurationSets.arnOf(name))
  const parts = { account, allowance, configurationSets, faults, identities, inbox, suppression }
  return {
    ...parts,
    mailer: new Mailer({ ...parts, publisher, world }),
    templates: new Templates(world),
    templateArn: name => `arn:aws:ses:${region}:${accountId}:template/${name}`,
  }
}
