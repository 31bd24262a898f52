import type { RolePermissions } from '@terrace/control'
import type { Running } from './running.ts'

/** Why a permission may be there that no call needs here. */
export const WHY = {
  logDriver: 'the log driver asks here when it opens a stream, and not for each batch',
  nginxLog: 'NGINX writes to the log of the machine; on AWS the agent sends that',
  nothingRuns: 'nothing runs on a bastion that would say anything',
  pull: 'in what CDK grants for a pull; docker asks for it when it pushes',
  secret: 'in what CDK grants for a secret; who reads one needs no description',
  signal: 'in what CDK grants for a signal; an instance may give that for its own stack without it',
  certbot: 'certbot proves the name to Let’s Encrypt, which is out of reach here',
  ownTags: 'the agent asks for the tags of its instance; here it is told its group',
  didNotFail: 'the function has not failed: there are no dead letters',
  dumps: 'the first dump is made after six hours, the oldest one removed after a week',
  keys: 'what the set-up keeps there is put there by hand',
  flowLog: 'flow logs are delivered after minutes',
  collector: 'AWS’s collector asks for the rules of sampling and tells of itself; its stand-in puts segments alone',
  rotation: 'in what CDK grants for a rotation; the function makes the key itself',
} as const

type Reason = (typeof WHY)[keyof typeof WHY]

/** Actions that a role may call and need not, by the reason why it may. */
export type Unused = Readonly<Record<string, Readonly<Partial<Record<Reason, readonly string[]>>>>>

/** What every role that only works at a deployment, and is therefore never taken on here, is called by CDK. */
const OF_DEPLOYMENTS = /^(Custom|AWS679f53fac)/

/** The roles of a system that are taken on here, by their names in the template without CDK's hash. */
function rolesOf({ cloud }: Running): ReadonlyMap<string, RolePermissions> {
  const named = cloud.permissions().map(role => [nameOf(role.node), role] as const)
  return new Map(named.filter(([name]) => !OF_DEPLOYMENTS.test(name)))
}

const nameOf = (node: string): string => node.slice(node.indexOf('/') + 1).replace(/[0-9A-F]{8}$/, '')

/** Calls that no policy allowed, one line each. */
export const deniedIn = ({ cloud }: Running): readonly string[] =>
  cloud
    .permissions()
    .flatMap(({ name, denied }) =>
      denied.map(({ action, resource, reason }) => `${name}: ${action} on ${resource}: ${reason}`),
    )

/** Actions that were granted and never called, by role; those roles that called all of theirs are not there. */
export function unusedIn(running: Running): Readonly<Record<string, readonly string[]>> {
  const unused = [...rolesOf(running)].map(([name, { granted }]) => [name, labelsOf(granted)] as const)
  return Object.fromEntries(unused.filter(([, actions]) => actions.length > 0))
}

/** The reasons left away, as {@link unusedIn} tells it. */
export const sortedOut = (expected: Unused): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(expected).map(([name, reasons]) => [name, Object.values(reasons).flat().sort()]))

/** Where an action is granted twice, and one of the two was called, the other one says on what. */
function labelsOf(granted: RolePermissions['granted']): readonly string[] {
  const called = new Set(granted.filter(grant => grant.called.length > 0).map(({ action }) => action))
  const unused = granted.filter(grant => grant.called.length === 0)
  const labels = unused.map(({ action, resources }) =>
    called.has(action) ? `${action} on ${resources.map(thingOf).join(', ')}` : action,
  )
  return [...new Set(labels)].sort()
}

/** `OrdersQueue` of `arn:aws:sqs:us-east-1:123456789012:shop-networking-OrdersQueueC538DD4C-mYjA73rOADji`; of objects, their keys. */
const thingOf = (arn: string): string =>
  (/^arn:aws:s3:::[^/]+\/(.+)$/.exec(arn) ?? /(\w+?)[0-9A-F]{8}-/.exec(arn))?.[1] ?? arn

/** Opens a session on the first machine of each tier and ends it, as `terrace connect` does. */
export async function openSessions({ cloud }: Running): Promise<void> {
  for (const { instances } of (await cloud.status()).tiers) {
    const machine = instances.find(({ id }) => id.startsWith('i-'))
    if (!machine) continue
    const end = new AbortController()
    const session = cloud.connections.session({ instance: machine.id, command: ['true'] }, end.signal)
    await session[Symbol.asyncIterator]().next()
    end.abort()
  }
}
