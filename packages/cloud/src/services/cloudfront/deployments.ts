import type { Stop } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { JournalEntry } from '../../journal.ts'
import type { World } from '../../world.ts'
import type { Invalidations } from './invalidations.ts'

/**
 * Invalidates what a deployment into a bucket has changed, if it names a distribution, as the handler of the CDK's
 * `BucketDeployment` does.
 *
 * @returns ends it
 */
export function invalidateDeployments(world: World, invalidations: Invalidations): Stop {
  const look = ({ kind, node, details }: JournalEntry) => {
    if (kind !== 's3.deployed') return
    const { distribution: id, invalidationPaths: paths, written, removed } = { ...details }
    const distribution = nodesOf(world.architecture, 'distribution').find(each => each.id === id)
    const changed = written !== 0 || removed !== 0
    if (!distribution || !changed || !Array.isArray(paths) || paths.length === 0) return
    invalidations.create(distribution, `${node} ${world.random.uuid()}`, paths.map(String))
  }
  for (const entry of world.journal.since(0)) look(entry)
  return world.journal.subscribe(look)
}
