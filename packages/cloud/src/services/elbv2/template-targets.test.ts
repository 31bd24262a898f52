import { describe, expect, it } from 'vitest'
import { targetGroup } from '../../dataplane/balancer/testing.ts'
import type { Instance, Instances } from '../../ports.ts'
import { registerTemplateTargets } from './template-targets.ts'

/** Instances as far as they are looked at here, and a registry that writes down what it is told. */
function surroundings() {
  const told: string[] = []
  let change: (instance: Instance) => void = () => {}
  const instance = (id: string, owner: string, state: Instance['state']) =>
    ({ id, owner, state, networkInterface: { address: '10.0.0.7' } }) as Instance
  const instances: Pick<Instances, 'list' | 'onChange'> = {
    list: () => [instance('i-01', 'Web', 'running')],
    onChange(listener) {
      change = listener
      return () => {}
    },
  }
  const registry = {
    register: (group: string, { id, port }: { id: string; port?: number }) => told.push(`+ ${group} ${id}:${port}`),
    deregister: async (group: string, id: string, port?: number) => void told.push(`- ${group} ${id}:${port}`),
  }
  const group = { ...targetGroup(), id: 'Targets', targets: [{ instance: 'Web', port: 8080 }] }
  registerTemplateTargets([group], instances as Instances, registry)
  return { told, become: (id: string, owner: string, state: Instance['state']) => change(instance(id, owner, state)) }
}

describe('the instances that a template names as targets', () => {
  it('are registered when they are there, once', () => {
    const { told, become } = surroundings()
    become('i-01', 'Web', 'running')
    become('i-02', 'Other', 'running')

    expect(told).toEqual(['+ Targets i-01:8080'])
  })

  it('leave when they are terminated, and stay while they are stopped', () => {
    const { told, become } = surroundings()
    become('i-01', 'Web', 'stopped')
    become('i-01', 'Web', 'shutting-down')
    become('i-01', 'Web', 'terminated')
    become('i-03', 'Web', 'pending')

    expect(told).toEqual(['+ Targets i-01:8080', '- Targets i-01:8080', '+ Targets i-03:8080'])
  })
})
