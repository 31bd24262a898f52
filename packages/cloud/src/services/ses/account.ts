import { join } from 'node:path'
import type { SuppressionReason } from '@terrace/model'
import { z } from 'zod'
import type { World } from '../../world.ts'
import { KeptTable } from './kept-table.ts'
import { PRODUCTION, type Quota, SANDBOX } from './limits.ts'

/** What the account says about itself when it asks for production access. */
export interface AccountDetails {
  readonly mailType: string
  readonly websiteUrl: string
  readonly contactLanguage?: string | undefined
  readonly useCase?: string | undefined
  readonly contacts?: readonly string[] | undefined
}

/** How the account stands. */
export interface AccountState {
  readonly name: 'account'
  readonly fromTemplate: false
  /** Out of the sandbox. */
  readonly productionAccess: boolean
  readonly sendingEnabled: boolean
  readonly suppressedReasons: readonly SuppressionReason[]
  readonly details?: AccountDetails | undefined
}

const stored: z.ZodType<AccountState> = z.strictObject({
  name: z.literal('account'),
  fromTemplate: z.literal(false),
  productionAccess: z.boolean(),
  sendingEnabled: z.boolean(),
  suppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])),
  details: z
    .strictObject({
      mailType: z.string(),
      websiteUrl: z.string(),
      contactLanguage: z.string().optional(),
      useCase: z.string().optional(),
      contacts: z.array(z.string()).optional(),
    })
    .optional(),
})

/** differs: a new account on AWS is in the sandbox. Here mail arrives, until `PutAccountDetails` says otherwise. */
const NEW: AccountState = {
  name: 'account',
  fromTemplate: false,
  productionAccess: true,
  sendingEnabled: true,
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
}

/** Whether, and how much, the account may send. */
export class Account {
  readonly #table: KeptTable<AccountState>
  readonly #world: Pick<World, 'folders' | 'journal'>

  constructor(world: Pick<World, 'folders' | 'journal'>) {
    this.#world = world
    this.#table = new KeptTable(join(world.folders.data, 'ses', 'account.json'), stored)
  }

  get state(): AccountState {
    return this.#table.get('account') ?? NEW
  }

  get quota(): Quota {
    return this.state.productionAccess ? PRODUCTION : SANDBOX
  }

  change(part: Partial<Omit<AccountState, 'name' | 'fromTemplate'>>): void {
    const before = this.state
    const after = { ...before, ...part }
    this.#table.put(after)
    if (before.productionAccess === after.productionAccess) return
    this.#world.journal.write({
      kind: after.productionAccess ? 'ses.sandboxLeft' : 'ses.sandboxEntered',
      message: after.productionAccess
        ? 'the account has left the sandbox: mail goes to everybody'
        : 'the account is in the sandbox: mail goes to verified recipients alone, one a second, 200 a day',
    })
  }
}
