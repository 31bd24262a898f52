import { join } from 'node:path'
import { type Architecture, nodesOf } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

describe('a volume of its own', () => {
  let architecture: Architecture
  beforeAll(async () => {
    architecture = await load({ kind: 'template', file: join(import.meta.dirname, '..', 'samples', 'compute.yaml') })
  })
  const single = () => nodesOf(architecture, 'instance').find(({ origin }) => origin.logicalId === 'Single')

  it('Q-01: has its zone and its size', () => {
    expect(nodesOf(architecture, 'volume')).toMatchObject([
      { id: 'compute/Data', zone: 'us-east-1a', size: 8, type: 'gp3', encrypted: true, tags: { Name: 'sample' } },
      { id: 'compute/More', zone: 'us-east-1a', size: 1, type: 'gp2', encrypted: false },
    ])
  })

  it('Q-01: is attached by the instance itself, or by a resource for it', () => {
    expect(single()?.volumes).toEqual([
      { volume: 'compute/Data', device: '/dev/sdf' },
      { volume: 'compute/More', device: '/dev/sdg' },
    ])
  })

  it('Q-18: an instance may terminate itself by a shutdown', () => {
    expect(single()?.machine.terminatesOnShutdown).toBe(true)
    const other = nodesOf(architecture, 'launchTemplate').find(({ origin }) => origin.logicalId === 'ByName')
    expect(other?.machine.terminatesOnShutdown).toBeUndefined()
  })
})
