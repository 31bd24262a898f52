import { createHash } from 'node:crypto'
import { days } from '@terrace/kit'
import { getNode, type KmsKey, nodesOf } from '@terrace/model'
import type { Journal } from '../../journal.ts'
import type { Key } from './key.ts'
import { defaultPolicy } from './key-policy.ts'
import type { Keys } from './keys.ts'
import { makeMaterial } from './specs.ts'

/**
 * Makes the keys and aliases of the template that aren't there yet, and takes over what the template says anew. A key whose
 * deletion has come is not made again: nothing that it encrypted could be read with another one.
 */
export async function bringUpTemplateKeys(keys: Keys, journal: Journal): Promise<void> {
  const { architecture } = keys
  for (const node of nodesOf(architecture, 'kmsKey')) {
    if (keys.isGone(node.keyId)) {
      const message = `the key ${node.id} of the template was deleted and stays so; forget all data with terrace reset`
      journal.write({ kind: 'kms.missing', node: node.id, message, details: { key: node.arn } })
    } else await bringUp(keys, node)
  }
  for (const { name, key } of nodesOf(architecture, 'kmsAlias')) {
    const { keyId } = getNode(architecture, key, 'kmsKey')
    if (keys.find(keyId) && keys.aliases.find(name)?.keyId !== keyId) keys.aliases.set(name, keyId)
  }
}

async function bringUp(keys: Keys, node: KmsKey): Promise<void> {
  const { keyId, description, spec, usage, tags } = node
  const policy = node.policy ? JSON.stringify(node.policy) : defaultPolicy(keys.architecture.account)
  const templateDigest = digestOf(node)
  const stored = keys.find(keyId)
  if (stored?.templateDigest === templateDigest) return
  const key =
    stored ??
    keys.create(
      { id: keyId, description, spec, usage, manager: 'CUSTOMER', policy, tags: { ...tags } },
      await makeMaterial(spec),
    )
  keys.change(key, {
    description,
    policy,
    tags: { ...tags },
    templateDigest,
    rotation: rotationOf(key, node, keys.clock.now()),
    ...(key.state === 'PendingDeletion' ? {} : { state: node.enabled ? 'Enabled' : 'Disabled' }),
  })
}

function rotationOf({ rotation }: Key, { rotationPeriodDays }: KmsKey, now: number): Key['rotation'] {
  if (rotationPeriodDays === undefined) return undefined
  if (rotation?.periodDays === rotationPeriodDays) return rotation
  return { periodDays: rotationPeriodDays, next: now + days(rotationPeriodDays) }
}

const digestOf = ({ description, policy, enabled, rotationPeriodDays, tags }: KmsKey): string =>
  createHash('sha256')
    .update(JSON.stringify([description, policy, enabled, rotationPeriodDays, tags]))
    .digest('hex')
