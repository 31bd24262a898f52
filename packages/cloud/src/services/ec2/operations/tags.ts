import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, wireList } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { InvalidParameterValue, NotFound } from '../errors.ts'
import { taggedNodes } from '../tags.ts'
import { rootVolumes } from '../volumes.ts'
import { describing, ec2Operation } from './describe.ts'
import { arnOf, type Ec2Site } from './site.ts'

/** Something that can carry tags. */
interface Tagged {
  readonly id: string
  readonly type: string
  /** Of an instance: what it was launched with. */
  readonly own?: Readonly<Record<string, string>>
}

/** Tags of instances and of the network. */
export function tagOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, fleet, tags } = site
  const all = (): readonly Tagged[] => [
    ...fleet.machines.map(machine => ({ id: machine.id, type: 'instance', own: machine.tags })),
    ...rootVolumes(fleet.machines).map(({ id, tags: own }) => ({ id, type: 'volume', own })),
    ...nodesOf(architecture, 'volume').map(({ physicalId: id }) => ({ id, type: 'volume' })),
    ...taggedNodes(architecture),
  ]
  const withId = (id: string): Tagged => {
    const found = all().find(each => each.id === id)
    if (!found) throw new NotFound(id.startsWith('i-') ? 'instance' : 'resource', [id])
    return found
  }
  const accessTo = (name: string, ids: readonly string[]): Access[] =>
    ids.map(id => ({ action: `ec2:${name}`, resource: arnOf(site, withId(id).type, id) }))
  return [
    describing({
      name: 'DescribeTags',
      ids: 'ResourceId',
      kind: 'resource',
      idOf: ({ id, key }) => `${id} ${key}`,
      items: () =>
        all().flatMap(({ id, type, own }) =>
          Object.entries(tags.of(id, own)).map(([key, value]) => ({ id, type, key, value })),
        ),
      filters: {
        'resource-id': ({ id }) => [id],
        'resource-type': ({ type }) => [type],
        key: ({ key }) => [key],
        value: ({ value }) => [value],
      },
      write: ({ id, type, key, value }) => ({ resourceId: id, resourceType: type, key, value }),
      set: 'tagSet',
    }),
    ec2Operation({
      name: 'CreateTags',
      input: {
        ResourceId: wireList(z.string()),
        Tag: wireList(z.strictObject({ Key: z.string().min(1), Value: z.string().default('') })),
      },
      authorize: ({ ResourceId: ids }) => accessTo('CreateTags', ids),
      run({ ResourceId: ids, Tag: list }) {
        const reserved = list.find(({ Key }) => Key.toLowerCase().startsWith('aws:'))
        if (reserved) {
          throw new InvalidParameterValue(
            `Value ( ${reserved.Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
          )
        }
        const added = Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
        for (const id of ids) tags.put(id, added, withId(id).own)
        return { return: true }
      },
    }),
    ec2Operation({
      name: 'DeleteTags',
      input: {
        ResourceId: wireList(z.string()),
        Tag: wireList(z.strictObject({ Key: z.string(), Value: z.string().optional() })),
      },
      authorize: ({ ResourceId: ids }) => accessTo('DeleteTags', ids),
      run({ ResourceId: ids, Tag: list }) {
        const gone = Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
        for (const id of ids) tags.remove(id, gone, withId(id).own)
        return { return: true }
      },
    }),
  ]
}
