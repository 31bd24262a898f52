import type { Stop } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import type { Instance, Instances } from '../../ports.ts'
import type { TargetRegistry } from './registry.ts'

/**
 * Registers the instances that a template names in `Targets` of its target groups, each as soon as it is there, and takes
 * out those that are terminated, as a balancer does by itself.
 *
 * @see ELB User Guide for Application Load Balancers, "Register targets": a terminated instance is deregistered
 */
export function registerTemplateTargets(
  groups: readonly TargetGroup[],
  instances: Instances,
  registry: Pick<TargetRegistry, 'deregister' | 'register'>,
): Stop {
  const registered = new Set<string>()
  const look = ({ id, owner, state, networkInterface }: Instance) => {
    const isGone = state === 'shutting-down' || state === 'terminated'
    for (const group of groups) {
      for (const { port } of group.targets.filter(({ instance }) => instance === owner)) {
        const registration = `${group.id} ${id} ${port}`
        if (isGone && registered.delete(registration)) void registry.deregister(group.id, id, port)
        if (isGone || registered.has(registration)) continue
        registered.add(registration)
        registry.register(group.id, { id, networkInterface, port })
      }
    }
  }
  for (const instance of instances.list()) look(instance)
  return instances.onChange(look)
}
